"""A customer stops messages, or wants them again: it is in the history, and no bot has a word to say to it."""

import pytest

from storage.schema import exchanges
from tests.channels.sms.test_webhooks import INCOMING, message
from tests.channels.telephone import Telephone, eventually


async def test_a_bot_answers_what_comes_before_and_after_and_never_the_word_itself(
    telephone: Telephone,
) -> None:
    for number, text in enumerate(("Bonjour", "STOP", "ARRET", "START", "Merci")):
        assert (await telephone.post(INCOMING, message(f"SM{number}", text)))[0] == 200

    async def answers() -> list[str]:
        return [row["text"] for row in await telephone.rows(exchanges) if row["direction"] == "outbound"]

    async def both() -> bool:
        return "Vous dites : Merci" in await answers()

    await eventually(both)
    await telephone.outbox.idle()
    assert sorted(await answers()) == ["Vous dites : Bonjour", "Vous dites : Merci"]


@pytest.mark.parametrize(("text", "consent"), [("STOP", "refused"), ("UNSTOP", "granted")])
async def test_the_word_is_in_the_history_with_what_it_means(
    telephone: Telephone, text: str, consent: str
) -> None:
    await telephone.post(INCOMING, message(text=text))
    (row,) = await telephone.rows(exchanges)
    assert (row["text"], row["meta"]) == (text, {"consent": consent})
