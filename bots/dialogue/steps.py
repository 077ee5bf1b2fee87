"""Carries out rules and forms: everything the bot does once it knows, or believes to know, what is wanted."""

from collections.abc import Iterable
from dataclasses import replace

from bots.dialogue import script
from bots.dialogue.answers import opening_hours
from bots.dialogue.handing_over import hand_over
from bots.dialogue.outcome import ActionCall, HandoverReason, Turn
from bots.dialogue.scene import Scene
from bots.dialogue.state import ActiveForm, Question

MAX_RETRIES = 2  # after the first time of asking
_REASONS = {"speak_to_human": HandoverReason.ASKED, "complaint": HandoverReason.COMPLAINT}
_LEAVES_FORM = frozenset({"cancel", "goodbye"})
_NO_DIGRESSION = frozenset({"affirm", "deny", "thanks", "inform", "missing_number"})
_ASKS_WHAT_ELSE = frozenset({"utter_welcome", "utter_anything_else"})


def follow(scene: Scene, intent: str) -> Turn:
    """What the rules say of an intent; there must be one."""
    scene = scene.changed(unsure=0, guess=None, question=Question.NONE)
    if scene.state.form is None:  # a digression does not become what the conversation is about
        scene = replace(scene, state=scene.state.about(intent))
    return perform(scene, scene.script.rules[intent], intent)


def perform(scene: Scene, actions: Iterable[str], intent: str) -> Turn:
    """Actions in their order; a form, a handover and a look-up end the list."""
    said: list[str] = []
    end = False
    for action in actions:
        if action in scene.script.forms:
            return _after(said, start_form(scene, action))
        if action == script.HANDOVER:
            return hand_over(scene, _REASONS.get(intent, HandoverReason.TOPIC), *said)
        if action == script.ORDER_STATUS:
            return _after(said, look_up_order(scene))
        if action == script.CLOSE:
            end = True
            continue
        said += _texts(scene, action)
        if action in _ASKS_WHAT_ELSE or (action == script.OPENING_HOURS and scene.state.form is None):
            scene = scene.changed(question=Question.ANYTHING_ELSE)
    return scene.reply(*said, end=end)


def _texts(scene: Scene, action: str) -> tuple[str, ...]:
    if action == script.OPENING_HOURS:
        told = opening_hours(scene)
        return told if scene.state.form is not None else (*told, scene.say("utter_anything_else"))
    if action == script.REPEAT:
        return scene.state.last_replies or (scene.say("utter_menu"),)
    return (scene.say("utter_menu" if action == script.MENU else action),)


def look_up_order(scene: Scene) -> Turn:
    """Hands the question to whoever knows; `resume` goes on with the answer."""
    waiting = scene.changed(awaiting=script.ORDER_STATUS)
    return Turn(
        state=waiting.state, action=ActionCall(name=script.ORDER_STATUS, slots=dict(scene.state.slots))
    )


def start_form(scene: Scene, name: str) -> Turn:
    """Asks for the first slot this utterance did not give already; a value of long ago is asked for again."""
    first = scene.script.forms[name][0]
    return _advance(scene.changed(form=ActiveForm(name=name, slot=first)))


def continue_form(scene: Scene, form: ActiveForm) -> Turn:
    """An utterance while a form waits for a value: the value, another matter, or neither."""
    heard = scene.heard
    if heard.entity(form.slot) is not None and not _handed_over_by(scene, heard.intent):
        return _advance(scene)
    ruled = heard.sure and not heard.out_of_scope and heard.intent in scene.script.rules
    if ruled and (heard.intent in _LEAVES_FORM or _handed_over_by(scene, heard.intent)):
        return follow(scene.changed(form=None), heard.intent)
    if ruled and _is_digression(scene, form, heard.intent):
        aside = follow(scene, heard.intent)
        return aside if heard.intent == "repeat" else _then(aside, scene.say(f"utter_ask_{form.slot}"))
    return retry(scene, form)


def retry(scene: Scene, form: ActiveForm, *before: str, reason: HandoverReason | None = None) -> Turn:
    """Asks again, or hands over after too many tries; `before` explains what was wrong, if the caller
    knows."""
    tries = form.tries + 1
    if tries > MAX_RETRIES:
        why = reason or HandoverReason.NO_ORDER_NUMBER
        return hand_over(scene, why, *(before or (scene.say("utter_form_given_up"),)))
    again = scene.changed(form=replace(form, tries=tries))
    return again.reply(*(before or (scene.say(_asking_again(scene, form.slot)),)))


def _asking_again(scene: Scene, slot: str) -> str:
    key = f"utter_ask_{slot}"
    if scene.heard.intent in {"missing_number", "deny"} and not scene.heard.out_of_scope:
        key = f"utter_find_{slot}"
    elif any(char.isdigit() for char in scene.heard.text):
        key = f"utter_invalid_{slot}"
    return key if scene.script.has(key) else f"utter_ask_{slot}"


def _advance(scene: Scene) -> Turn:
    """Takes what the utterance gives, then asks for the next slot, or does what follows the form."""
    form = scene.state.form
    assert form is not None
    slots = scene.script.forms[form.name]
    for slot in slots[slots.index(form.slot) :]:
        value = scene.heard.entity(slot)
        if value is None:
            tries = form.tries if slot == form.slot else 0
            waiting = scene.changed(form=ActiveForm(name=form.name, slot=slot, tries=tries), unsure=0)
            return waiting.reply(waiting.say(f"utter_ask_{slot}"))
        scene = replace(scene, state=scene.state.with_slot(slot, value))
    return perform(scene.changed(unsure=0), scene.script.after_form[form.name], form.name)


def _handed_over_by(scene: Scene, intent: str) -> bool:
    return scene.heard.sure and script.HANDOVER in scene.script.rules.get(intent, ())


def _is_digression(scene: Scene, form: ActiveForm, intent: str) -> bool:
    return intent not in _NO_DIGRESSION and form.name not in scene.script.rules[intent]


def _after(said: list[str], turn: Turn) -> Turn:
    return replace(turn, replies=(*said, *turn.replies))


def _then(turn: Turn, text: str) -> Turn:
    """Comes back to the form's question, unless the digression ended the bot's part."""
    if turn.handover or turn.action or turn.end:
        return turn
    return replace(turn, replies=(*turn.replies, text))
