"""Times, durations and amounts in French and English, and what only looks like one."""

import pytest

from bots.nlu.quantities import quantities


def found(text: str) -> list[tuple[str, str]]:
    return [(one.kind, one.value) for one in quantities(text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("à 10h30", "10:30"),
        ("vers 9 h", "09:00"),
        ("à 14 heures", "14:00"),
        ("8h et quart", "08:15"),
        ("dix-huit, non 18h et demie", "18:30"),
        ("at 2 pm", "14:00"),
        ("at 2:15pm", "14:15"),
        ("12 am", "00:00"),
        ("14:05", "14:05"),
        ("à midi", "12:00"),
        ("before noon", "12:00"),
    ],
)
def test_times(text: str, value: str) -> None:
    assert found(text) == [("time", value)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("depuis 3 jours", "P3D"),
        ("for two weeks", "P2W"),
        ("sous quinze minutes", "PT15M"),
        ("depuis un mois", "P1M"),
        ("6 months ago", "P6M"),
        ("depuis 2 heures", "PT2H"),
    ],
)
def test_durations(text: str, value: str) -> None:
    assert found(text) == [("duration", value)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("49,90 €", "49.90 EUR"),
        ("€12", "12 EUR"),
        ("1 234,50 euros", "1234.50 EUR"),
        ("$1,234.50", "1234.50 USD"),
        ("12€50", "12.50 EUR"),
        ("20 pounds", "20 GBP"),
    ],
)
def test_amounts(text: str, value: str) -> None:
    assert found(text) == [("amount", value)]


@pytest.mark.parametrize(
    "text",
    [
        "un jour peut-être",
        "CF-10234",
        "le 12/04/2026",
        "v2.10.3",
        "chapitre 3:4:5",
        "13 pm",
        "une heure",
        "12h34h",
        "",
    ],
)
def test_what_is_none(text: str) -> None:
    assert found(text) == []
