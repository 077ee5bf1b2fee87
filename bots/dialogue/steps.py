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
_REASONS_OF_FORMS = {"order_number": HandoverReason.NO_ORDER_NUMBER}
_SILENT = script.NOTHING_TO_DO | {script.RESTART, script.LEAVE_FORM}
_LEAVES_FORM = frozenset({"cancel", "goodbye"})
_NO_DIGRESSION = frozenset({"affirm", "deny", "thanks", "inform", "missing_number"})
_ASKS_WHAT_ELSE = frozenset({"utter_welcome", "utter_anything_else"})


def follow(scene: Scene, intent: str) -> Turn:
    """What rules and stories say of an intent; one of them must."""
    scene = scene.changed(unsure=0, guess=None, question=Question.NONE)
    actions = scene.planned(intent)
    assert actions is not None
    if scene.state.form is None:  # a digression does not become what the conversation is about
        scene = replace(scene, state=scene.state.about(intent))
    return perform(replace(scene, state=scene.state.followed(intent)), actions, intent)


def perform(scene: Scene, actions: Iterable[str], intent: str) -> Turn:
    """Actions in their order; a form and a handover end the list, what has to be found out interrupts it."""
    said: list[str] = []
    end = False
    left = list(actions)
    while left:
        action = left.pop(0)
        if action in scene.script.forms:
            return _after(said, start_form(scene, action))
        if action in scene.script.actions:
            return _after(said, ask_business(scene, action, left))
        if action in _SILENT:
            scene = _silently(scene, action)
            continue
        if action == script.HANDOVER:
            return hand_over(scene, _REASONS.get(intent, HandoverReason.TOPIC), *said)
        if action == script.ORDER_STATUS:
            return _after(said, look_up_order(scene))
        if action == script.CLOSE:
            end = True
            continue
        said += _texts(scene, action)
        scene = scene.offering(_key_of(scene, action))
        if action in _ASKS_WHAT_ELSE or (action == script.OPENING_HOURS and scene.state.form is None):
            scene = scene.changed(question=Question.ANYTHING_ELSE)
    return scene.reply(*said, end=end)


def _silently(scene: Scene, action: str) -> Scene:
    if action == script.RESTART:
        return scene.changed(slots={}, history=(), form=None, asked=())
    return scene.changed(form=None) if action == script.LEAVE_FORM else scene


def _texts(scene: Scene, action: str) -> tuple[str, ...]:
    if action == script.OPENING_HOURS:
        told = opening_hours(scene)
        return told if scene.state.form is not None else (*told, scene.say("utter_anything_else"))
    if action == script.REPEAT:
        return scene.state.last_replies or (scene.say("utter_menu"),)
    if action in script.FALL_BACK:
        return (scene.say("utter_rephrase"),)
    return (scene.say("utter_menu" if action == script.MENU else _key_of(scene, action)),)


def _key_of(scene: Scene, action: str) -> str:
    """`utter_faq` answers each part of the intent `faq` in its own words."""
    part = f"utter_{scene.heard.intent}"
    return part if not scene.script.has(action) and scene.script.has(part) else action


def ask_business(scene: Scene, action: str, then: Iterable[str] = ()) -> Turn:
    """Hands an action to the business's own server; `resume` goes on with what it answered, then with `then`."""
    waiting = scene.changed(awaiting=action, then=tuple(then))
    return Turn(state=waiting.state, action=ActionCall(name=action, slots=dict(scene.state.slots)))


def look_up_order(scene: Scene) -> Turn:
    """Hands the question to whoever knows; `resume` goes on with the answer."""
    waiting = scene.changed(awaiting=script.ORDER_STATUS)
    return Turn(
        state=waiting.state, action=ActionCall(name=script.ORDER_STATUS, slots=dict(scene.state.slots))
    )


def start_form(scene: Scene, name: str) -> Turn:
    """Asks for the first slot this utterance did not give already; a value of long ago is asked for again."""
    first = scene.script.forms[name][0]
    return _advance(scene.changed(form=ActiveForm(name=name, slot=first)), asked=False)


def continue_form(scene: Scene, form: ActiveForm) -> Turn:
    """An utterance while a form waits for a value: the value, another matter, or neither."""
    heard = scene.heard
    if _gives(scene, form) and not _handed_over_by(scene, heard.intent):
        return _advance(scene)
    ruled = heard.sure and not heard.out_of_scope and scene.planned(heard.intent) is not None
    if ruled and (heard.intent in _LEAVES_FORM or _handed_over_by(scene, heard.intent)):
        return follow(scene.changed(form=None), heard.intent)
    if ruled and _is_digression(scene, form, heard.intent):
        aside = follow(scene, heard.intent)
        return aside if heard.intent == "repeat" else _then(aside, scene.say(f"utter_ask_{form.slot}"))
    if scene.given(form.slot, asked=True) is not None:
        return _advance(scene)
    return retry(scene, form)


def _gives(scene: Scene, form: ActiveForm) -> bool:
    """A value that can only be one: for the slot that is asked for, one to come, or another for one that was given."""
    left = (slot for slot in scene.script.forms[form.name] if slot not in form.filled)
    return any(scene.given(slot) is not None for slot in left) or _corrected(scene, form)


def _corrected(scene: Scene, form: ActiveForm) -> bool:
    """Another value for what was given before: "no, the 12th"."""
    return any((value := scene.given(slot)) and value != scene.state.slots.get(slot) for slot in form.filled)


def retry(scene: Scene, form: ActiveForm, *before: str, reason: HandoverReason | None = None) -> Turn:
    """Asks again, or hands over after too many tries; `before` explains what was wrong, if the caller
    knows."""
    tries = form.tries + 1
    if tries > MAX_RETRIES:
        why = reason or _REASONS_OF_FORMS.get(form.slot, HandoverReason.NOT_UNDERSTOOD)
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


def _advance(scene: Scene, *, asked: bool = True) -> Turn:
    """Takes what the utterance gives, whichever slot it is for, then asks on. `asked`: the form waited for a value.

    A server that validates the form sees the new values first.
    """
    form = scene.state.form
    assert form is not None
    asked = asked and not _corrected(scene, form)  # "no, Rennes" is no wish
    fresh = []
    for slot in scene.script.forms[form.name]:
        value = scene.given(slot, asked=asked and slot == form.slot)
        if value is not None and (slot not in form.filled or value != scene.state.slots.get(slot)):
            fresh.append(slot)
            scene = replace(scene, state=scene.state.with_slot(slot, value))
    filled = tuple(dict.fromkeys((*form.filled, *fresh)))
    scene = scene.changed(form=replace(form, filled=filled), unsure=0)
    validation = f"validate_{form.name}"
    if fresh and validation in scene.script.actions:
        return ask_business(scene, validation)
    return next_of_form(scene)


def next_of_form(scene: Scene, *said: str) -> Turn:
    """Asks for the first slot that is left; with none left, does what follows the form."""
    form = scene.state.form
    assert form is not None
    left = [slot for slot in scene.script.forms[form.name] if slot not in form.filled]
    if not left:
        return _after(list(said), _close_form(scene, form))
    slot = left[0]
    tries = form.tries if slot == form.slot else 0
    waiting = scene.changed(form=replace(form, slot=slot, tries=tries))
    key = f"utter_ask_{slot}"
    if not waiting.script.has(key):
        return _after(list(said), ask_business(waiting, f"action_ask_{slot}"))
    return waiting.offering(key).reply(*said, waiting.say(key))


def _close_form(scene: Scene, form: ActiveForm) -> Turn:
    actions = scene.script.plans.after_form.get(form.name, ())
    if script.ORDER_STATUS not in actions:  # that one asks again for a number that nobody has
        scene = scene.changed(form=None)
    if not actions:
        asking = scene.changed(question=Question.ANYTHING_ELSE)
        return asking.reply(asking.say("utter_anything_else"))
    return perform(scene, actions, form.name)


def _handed_over_by(scene: Scene, intent: str) -> bool:
    return scene.heard.sure and script.HANDOVER in (scene.planned(intent) or ())


def _is_digression(scene: Scene, form: ActiveForm, intent: str) -> bool:
    return intent not in _NO_DIGRESSION and form.name not in (scene.planned(intent) or ())


def _after(said: list[str], turn: Turn) -> Turn:
    return replace(turn, replies=(*said, *turn.replies))


def _then(turn: Turn, text: str) -> Turn:
    """Comes back to the form's question, unless the digression ended the bot's part."""
    if turn.handover or turn.action or turn.end or turn.state.form is None:
        return turn
    return replace(turn, replies=(*turn.replies, text))
