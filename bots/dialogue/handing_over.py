"""From the bot to a person: what the customer is told, and the summary that saves them from saying it
again."""

from dataclasses import replace

from bots.dialogue.answers import next_opening
from bots.dialogue.outcome import Handover, HandoverReason, Turn
from bots.dialogue.scene import SMALL_TALK, Scene
from bots.dialogue.state import Question
from core.words import Language

_QUOTED = 4  # last utterances in the summary
_NOT_A_TOPIC = SMALL_TALK | {"speak_to_human", "inform", "missing_number", "goodbye"}

_REASONS: dict[HandoverReason, tuple[str, str]] = {
    HandoverReason.ASKED: ("demande à parler à une personne", "asked for a person"),
    HandoverReason.COMPLAINT: ("réclamation", "complaint"),
    HandoverReason.TOPIC: ("sujet réservé aux conseillers", "a matter for an adviser"),
    HandoverReason.NOT_UNDERSTOOD: ("le bot n'a pas compris", "the bot did not understand"),
    HandoverReason.OUT_OF_SCOPE: ("hors du domaine du bot", "out of the bot's scope"),
    HandoverReason.NO_ORDER_NUMBER: ("pas de numéro de commande valable", "no valid order number"),
    HandoverReason.ORDER_NOT_FOUND: ("commande introuvable", "order not found"),
    HandoverReason.ORDER_PROBLEM: ("problème sur une commande", "a problem with an order"),
    HandoverReason.BOT_FAILED: ("panne du bot", "the bot failed"),
}
_TOPICS: dict[str, tuple[str, str]] = {
    "opening_hours": ("horaires", "opening hours"),
    "order_status": ("suivi de commande", "order tracking"),
    "return_refund": ("retour ou remboursement", "return or refund"),
    "change_order": ("modification ou annulation de commande", "change or cancel an order"),
    "invoice_payment": ("facture ou paiement", "invoice or payment"),
    "complaint": ("réclamation", "complaint"),
}
_SLOTS: dict[str, tuple[str, str]] = {
    "order_number": ("Numéro de commande", "Order number"),
    "email": ("E-mail cité", "E-mail mentioned"),
    "phone": ("Téléphone cité", "Telephone mentioned"),
}
_LINES = {
    "reason": ("Motif", "Reason"),
    "topic": ("Sujet", "Topic"),
    "looked_up": ("Commandes déjà consultées", "Orders already looked up"),
    "said": ("Derniers messages", "Last messages"),
}


def hand_over(scene: Scene, reason: HandoverReason, *before: str) -> Turn:
    """Ends the bot's part; `before` is said first."""
    ended = scene.changed(
        handed_over=True, form=None, awaiting=None, question=Question.NONE, guess=None, unsure=0, outside=0
    )
    handover = Handover(
        reason=reason,
        language=scene.language,
        summary=summary(scene, reason, scene.context.staff_language or scene.language),
        topic=topic(scene.state.asked),
        slots=dict(scene.state.slots),
        looked_up=scene.state.looked_up,
        last_utterances=scene.state.utterances[-_QUOTED:],
    )
    return replace(ended.reply(*before, _told(scene)), handover=handover)


def topic(asked: tuple[str, ...]) -> str | None:
    """The last matter raised that says what it is about; a complaint is about what came before it."""
    matters = [intent for intent in reversed(asked) if intent not in _NOT_A_TOPIC]
    return next((intent for intent in matters if intent != "complaint"), matters[0] if matters else None)


def summary(scene: Scene, reason: HandoverReason, language: Language) -> str:
    """A few lines of plain text for the agent; what the customer said is quoted, never rendered."""
    side = 0 if language is Language.FR else 1
    colon = " : " if language is Language.FR else ": "
    state = scene.state
    about = topic(state.asked)
    lines = [(_LINES["reason"][side], _REASONS[reason][side])]
    if about is not None:
        lines.append((_LINES["topic"][side], _TOPICS.get(about, (about, about))[side]))
    lines += [(_SLOTS[name][side], value) for name, value in state.slots.items() if name in _SLOTS]
    if state.looked_up:
        lines.append((_LINES["looked_up"][side], ", ".join(state.looked_up)))
    if state.utterances:
        opened, closed = ("« ", " »") if language is Language.FR else ("“", "”")
        quotes = " / ".join(f"{opened}{text}{closed}" for text in state.utterances[-_QUOTED:])
        lines.append((_LINES["said"][side], quotes))
    return "\n".join(f"{name}{colon}{value}" for name, value in lines)


def _told(scene: Scene) -> str:
    if scene.context.hours.is_open(scene.now):
        return scene.say("utter_handover")
    opening = next_opening(scene)
    if opening is None:
        return scene.say("utter_handover_closed_unknown")
    return scene.say("utter_handover_closed", next_opening=opening)
