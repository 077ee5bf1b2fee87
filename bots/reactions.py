"""A customer spoke to the bot: its turn is stored in the same transaction, so that none is ever forgotten."""

from core.events import Task
from core.store import Tx
from core.words import Direction, HandlerKind
from crm.conversations.events import ExchangeRecorded
from crm.conversations.model import ExchangeKind

DECIDED = ("refused", "granted")  # a wish that is not certain is for staff, and the bot goes on
TURN = "bot.turn"  # payload: conversation_id, exchange_id, epoch, bot


def ask_bot(tx: Tx, event: ExchangeRecorded) -> None:
    """Turns of one conversation run one after the other, in the order the customer spoke.

    What a machine wrote is recorded and not answered, or an absence notice and a bot would write for ever. Nor is
    a word by which the customer stops messages or wants them again: the provider answers that one itself.
    """
    conversation, exchange = event.conversation, event.exchange
    by_bot = conversation["handler"]["kind"] == HandlerKind.BOT
    said = exchange["direction"] == Direction.INBOUND and exchange["kind"] == ExchangeKind.MESSAGE
    meta = exchange["meta"]
    if not by_bot or not said or meta.get("automatic") or meta.get("consent") in DECIDED:
        return
    tx.enqueue(
        Task(
            kind=TURN,
            payload={
                "conversation_id": conversation["id"],
                "exchange_id": exchange["id"],
                "epoch": conversation["epoch"],
                "bot": conversation["handler"]["ref"],
            },
            lane=f"conversation:{conversation['id']}:bot",
            key=exchange["id"],
        )
    )
