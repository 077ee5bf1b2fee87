"""Values of typed fields: how people write them, and the one form they are stored in."""

from datetime import UTC, datetime
from typing import Any

import pytest

from core.errors import InvalidValue
from crm.fields.model import FieldDefinition, ValueType
from crm.fields.values import checked, comparable
from crm.parties.model import Family


def field(of: str, **more: Any) -> FieldDefinition:
    return FieldDefinition(
        id="x",
        key="essai",
        name="Essai",
        family=Family.SOCIO_CULTURAL,
        type=ValueType(of),
        created_at=datetime(2026, 3, 1, tzinfo=UTC),
        **more,
    )


@pytest.mark.parametrize(
    ("of", "more", "written", "stored"),
    [
        ("text", {}, "  voile  ", "voile"),
        ("number", {}, "1 250,5", 1250.5),
        ("number", {}, "1.234.567", None),
        ("number", {"least": 0, "most": 10}, 11, None),
        ("number", {}, "1e400", None),
        ("number", {}, True, None),
        ("number", {}, "-12", -12),
        ("number", {}, "12 000", 12000),
        ("number", {}, "1,5", 1.5),
        ("money", {"least": 0}, "-1 €", None),
        ("yes_no", {}, False, False),
        ("link", {}, "https://example.com/a b", None),
        ("link", {}, "http://[::1", None),
        ("money", {}, "1 299,90 €", {"amount": "1299.90", "currency": "EUR"}),
        ("money", {}, "$1,299.90", {"amount": "1299.90", "currency": "USD"}),
        ("money", {}, {"amount": 12, "currency": "chf"}, {"amount": "12.00", "currency": "CHF"}),
        ("money", {}, "beaucoup", None),
        ("date", {}, "1984-03-21", "1984-03-21"),
        ("date", {}, "21/03/1984", None),
        ("date", {}, "2026-02-30", None),
        ("choice", {"choices": ("bleu", "vert")}, "vert", "vert"),
        ("choice", {"choices": ("bleu", "vert")}, "rouge", None),
        ("choices", {"choices": ("bleu", "vert")}, ["vert", "bleu"], ["bleu", "vert"]),
        ("choices", {"choices": ("bleu", "vert")}, ["vert", "gris"], None),
        ("yes_no", {}, "oui", True),
        ("yes_no", {}, "peut-être", None),
        ("link", {}, "example.com/profil", "https://example.com/profil"),
        ("link", {}, "javascript:alert(1)", None),
        ("text", {"pattern": "[A-Z]{2}[0-9]{4}"}, "AB1234", "AB1234"),
        ("text", {"pattern": "[A-Z]{2}[0-9]{4}"}, "1234", None),
        ("text", {"longest": 5}, "trop long", None),
    ],
)
def test_a_value_is_what_its_field_takes(of: str, more: dict[str, Any], written: Any, stored: Any):
    if stored is not None:
        assert checked(field(of, **more), written) == stored
        return
    with pytest.raises(InvalidValue) as refused:
        checked(field(of, **more), written)
    assert refused.value.field == "essai"
    assert "takes" in str(refused.value)


@pytest.mark.parametrize("nothing", [None, "", []])
@pytest.mark.parametrize("of", list(ValueType))
def test_nothing_empties_a_field(of: ValueType, nothing: Any):
    assert checked(field(of), nothing) is None


def test_what_is_filtered_by():
    assert comparable("1970-01-02") == (["1970-01-02"], 86_400.0)
    assert comparable({"amount": "12.50", "currency": "EUR"}) == (["12.50"], 12.5)
    assert comparable(["bleu", "vert"]) == (["bleu", "vert"], None)
    assert comparable(True) == (["true"], None)
    assert comparable(None) == ([], None)
