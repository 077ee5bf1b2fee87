"""The dialogue: one pure function for what the customer said, one for the answer to what the bot had to
look up.

    plan = turn(state, understanding, now=…, context=…, script=…)
    if plan.action is not None:
        plan = resume(plan.state, await …, now=…, context=…, script=…)

Nothing here waits, stores or sends, so it may run inside a transaction or be played again in a test.
"""

from dataclasses import replace
from datetime import datetime

from bots.dialogue.answers import order_status
from bots.dialogue.business import go_on
from bots.dialogue.choices import by_choice
from bots.dialogue.fallback import answered, not_understood, out_of_scope
from bots.dialogue.handing_over import hand_over
from bots.dialogue.keys import by_key
from bots.dialogue.outcome import (
    ActionDone,
    ActionFailed,
    ActionResult,
    BotContext,
    HandoverReason,
    OrderFound,
    OrderNotFound,
    Turn,
)
from bots.dialogue.scene import SMALL_TALK, Scene
from bots.dialogue.script import HANDOVER, Script
from bots.dialogue.state import ActiveForm, DialogueState, Question
from bots.dialogue.steps import continue_form, follow, retry
from bots.nlu.understanding import FALLBACK, Understanding
from bots.ports import OrderState, OrderStatus
from core.words import Language

ORDER_FORM = "order_status_form"
ORDER_NUMBER = "order_number"
# Beside an order number these say nothing of what is wanted, so it is news of that order.
_NUMBER_IS_ENOUGH = frozenset(
    {"inform", "order_status", "missing_number", "greet", "thanks", "affirm", "deny", "help"}
)
_KEPT = frozenset({ORDER_NUMBER, "email", "phone"})  # entities the one who takes over will want
# Wrong guesses at these cost the customer little, asking back costs more.
_CHEAP = frozenset({"greet", "goodbye", "thanks", "help", "bot_challenge", "repeat", "speak_to_human"})
_CHEAP_FROM = 0.5


def turn(
    state: DialogueState, understanding: Understanding, *, now: datetime, context: BotContext, script: Script
) -> Turn:
    """What the bot does about one utterance. Its plan has replies, or an action to be answered by
    `resume`."""
    heard = by_key(understanding, state) if context.voice else understanding
    heard = by_choice(heard, state)
    state = replace(state, choices=())
    if state.handed_over:  # a person gave the conversation back: the matter is a new one
        state = replace(state, handed_over=False, asked=(), slots={})
    if state.language is not heard.language:  # nothing said so far can be repeated in it
        state = replace(state, last_replies=())
    state = replace(state.heard(heard.text), language=heard.language, awaiting=None)
    for entity in heard.entities:
        if entity.kind in _KEPT:
            state = state.with_slot(entity.kind, entity.value)
    scene = Scene(script=script, context=context, now=now, state=state, heard=heard)
    return _finished(scene, _decide(_with_slots(scene)))


def _with_slots(scene: Scene) -> Scene:
    """Slots take what the utterance gives by their mappings; those of the form under way are the form's affair."""
    form = scene.state.form
    asked = scene.script.forms.get(form.name, ()) if form else ()
    state = scene.state
    for slot in scene.script.sources:
        if slot not in asked and (value := scene.given(slot)) is not None:
            state = state.with_slot(slot, value)
    return replace(scene, state=state)


def resume(
    state: DialogueState,
    result: ActionResult,
    *,
    now: datetime,
    context: BotContext,
    script: Script,
    said: tuple[str, ...] = (),
) -> Turn:
    """Goes on with a turn whose plan asked for an action; the plan may ask for another. `said`: replies so far."""
    heard = Understanding(
        text="",
        language=state.language or context.default_language,
        intent=FALLBACK,
        confidence=0.0,
        sure=False,
    )
    awaited, then = state.awaiting or "", state.then
    state = replace(state, awaiting=None, then=())
    scene = Scene(script=script, context=context, now=now, state=state, heard=heard)
    if isinstance(result, ActionDone):
        plan = go_on(scene, awaited, result, then)
    else:
        plan = _answer(scene, result)
    return _finished(scene, replace(plan, replies=(*said, *plan.replies)))


def greeting(language: Language, *, now: datetime, context: BotContext, script: Script) -> Turn:
    """What is said before the customer says anything: the start of a call, or of a chat that opens by
    itself."""
    nothing = Understanding(text="", language=language, intent=FALLBACK, confidence=0.0, sure=False)
    state = DialogueState(language=language)
    scene = Scene(script=script, context=context, now=now, state=state, heard=nothing)
    return _finished(scene, scene.reply(scene.say("utter_menu")))


def _decide(scene: Scene) -> Turn:
    heard = scene.heard
    asked = answered(scene)
    if asked is not None:
        return asked
    scene = scene.changed(question=Question.NONE, guess=None)
    if scene.state.form is not None and scene.state.form.name in scene.script.forms:
        return continue_form(scene, scene.state.form)
    if _is_about_an_order(scene):
        return follow(scene, "order_status")
    if heard.out_of_scope and heard.text:
        return out_of_scope(scene)
    if not _acceptable(heard) or scene.planned(heard.intent) is None:
        return not_understood(scene)
    if heard.intent not in SMALL_TALK:
        scene = scene.changed(outside=0)
    if heard.intent == "greet" and scene.script.greets and not scene.state.introduced:
        return scene.reply(scene.say("utter_menu"))
    return follow(scene, heard.intent)


def _acceptable(heard: Understanding) -> bool:
    return heard.sure or (heard.intent in _CHEAP and heard.confidence >= _CHEAP_FROM)


def _is_about_an_order(scene: Scene) -> bool:
    """A number in a sentence that says nothing else surely is a question about that order."""
    heard = scene.heard
    number = heard.entity(ORDER_NUMBER)
    if number is None or scene.planned("order_status") is None:
        return False
    if heard.out_of_scope:
        return "-" in number or len(heard.text) < 2 * len(number)  # "75011 Paris weather" is no order
    elsewhere = HANDOVER in (scene.planned(heard.intent) or ()) and _acceptable(heard)
    return heard.intent in _NUMBER_IS_ENOUGH or not (heard.sure or elsewhere)


def _answer(scene: Scene, result: ActionResult) -> Turn:
    if isinstance(result, OrderFound):
        return _tell(scene, result.order)
    if isinstance(result, OrderNotFound):
        return _not_found(scene, result.number)
    assert isinstance(result, ActionFailed)
    return hand_over(scene, HandoverReason.BOT_FAILED, scene.say("utter_action_failed"))


def _tell(scene: Scene, order: OrderStatus) -> Turn:
    told = order_status(scene, order)
    looked_up = (*(one for one in scene.state.looked_up if one != order.number), order.number)[-5:]
    scene = replace(scene, state=scene.state.with_slot(ORDER_NUMBER, order.number))
    scene = scene.changed(form=None, looked_up=looked_up)
    if order.state is OrderState.DELAYED:
        offering = scene.changed(question=Question.OFFER_HUMAN)
        return offering.reply(*told, offering.say("utter_offer_human_for_order"))
    asking = scene.changed(question=Question.ANYTHING_ELSE)
    return asking.reply(*told, asking.say("utter_anything_else"))


def _not_found(scene: Scene, number: str) -> Turn:
    form = scene.state.form or ActiveForm(name=ORDER_FORM, slot=ORDER_NUMBER)
    missing = scene.say("utter_order_not_found", order_number=number)
    return retry(scene, form, missing, reason=HandoverReason.ORDER_NOT_FOUND)


def _finished(scene: Scene, plan: Turn) -> Turn:
    """The introduction comes first, once; a bot says that it is one (Regulation (EU) 2024/1689, article
    50)."""
    if plan.action is not None:
        return plan
    replies = plan.replies or (scene.say("utter_menu"),)
    state = plan.state.said(replies)
    if not state.introduced:
        replies = (scene.say("utter_introduce"), *replies)
        state = replace(state, introduced=True)
    return replace(plan, replies=replies, state=state)
