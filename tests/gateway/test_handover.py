"""What a bot leaves behind is facts, so that each reader's console says it in the reader's language."""

from bots.dialogue.outcome import Handover, HandoverReason
from bots.runtime import BotAnswer
from core.words import HandlerKind, Language
from crm.conversations.handling import change_handler
from crm.conversations.model import Handler
from gateway.bot_turns import write_turn
from routing.model import Queue
from tests.gateway.front import Front, Person
from tests.gateway.scenes import a_message, offered

BOT = Handler(kind=HandlerKind.BOT, ref="accueil")
LEFT = Handover(
    reason=HandoverReason.ORDER_PROBLEM,
    language=Language.FR,
    summary="Motif : problème sur une commande",
    topic="order_status",
    slots={"order_number": "CF-10234"},
    looked_up=("CF-10233",),
    last_utterances=("Où est-elle ?",),
)
FACTS = {
    "handover": "order_problem",
    "topic": "order_status",
    "slots": {"order_number": "CF-10234"},
    "looked_up": ["CF-10233"],
    "said": ["Où est-elle ?"],
    "language": "fr",
}


async def test_the_bots_handover_reaches_the_offer_and_the_timeline_as_facts(
    front: Front, agent: Person, queue: Queue
) -> None:
    await agent.call("PUT", "/api/v1/presence", json={"presence": "available"})
    accepted = await a_message(front.store, queue, "Où est-elle ?")
    exchange = await front.store.read(lambda tx: tx.exchanges.get(accepted.exchange_id))
    held = await front.store.write(
        lambda tx: change_handler(tx, tx.conversations.get(accepted.conversation_id), BOT, "test")
    )
    answer = BotAnswer(
        replies=("Je vous passe un conseiller.",), state={}, language=Language.FR, handover=LEFT
    )
    await front.store.write(write_turn, held.id, exchange, BOT, held.epoch, answer)
    await offered(front.store)

    (offer,) = (await agent.get("/api/v1/console/snapshot"))["offers"]
    page = await agent.get(f"/api/v1/conversations/{held.id}")
    assert offer["pop"]["handover"] == FACTS
    assert page["exchanges"][-1]["meta"] == FACTS
    assert page["conversation"]["preview"] == "Je vous passe un conseiller."


async def test_what_a_colleague_left_is_his_own_words(front: Front, agent: Person, queue: Queue) -> None:
    await agent.call("PUT", "/api/v1/presence", json={"presence": "available"})
    await a_message(front.store, queue, "Bonjour")
    await offered(front.store)
    (offer,) = (await agent.get("/api/v1/console/snapshot"))["offers"]
    taken = (await agent.post(f"/api/v1/offers/{offer['item']['id']}/accept"))["conversation"]
    path = f"/api/v1/conversations/{taken['id']}/transfer"
    await agent.post(path, epoch=taken["epoch"], queue_id=queue.id, message="Rappeler demain")
    await offered(front.store)

    (again,) = (await agent.get("/api/v1/console/snapshot"))["offers"]
    assert (again["pop"]["summary"], again["pop"]["handover"]) == ("Rappeler demain", None)
