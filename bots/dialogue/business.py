"""What follows an action of the business's own server: its slots and words, then the rest of the plan."""

from dataclasses import replace

from bots.dialogue.outcome import ActionDone, Turn
from bots.dialogue.scene import Scene
from bots.dialogue.state import DialogueState
from bots.dialogue.steps import next_of_form, perform

MOST_ACTIONS = 12  # in one turn; a server that always wants another is stopped


def go_on(scene: Scene, action: str, done: ActionDone, then: tuple[str, ...]) -> Turn:
    """`action` is what was asked for, `then` what the plan wanted next."""
    scene = replace(scene, state=_with_slots(scene.state, done))
    said = tuple(_told(scene, one) for one in done.said)
    form = scene.state.form
    if form is not None and action == f"validate_{form.name}":
        # What the server took away is asked for again.
        valid = tuple(slot for slot in form.filled if scene.state.slots.get(slot) is not None)
        refused = form.slot in form.filled and form.slot not in valid
        tries = form.tries + 1 if refused else form.tries
        return next_of_form(scene.changed(form=replace(form, filled=valid, tries=tries)), *said)
    if form is not None and action == f"action_ask_{form.slot}":
        return scene.reply(*said)
    wanted = (done.then, *then) if done.then else then
    plan = perform(scene, wanted, scene.state.history[-1] if scene.state.history else action)
    return replace(plan, replies=(*said, *plan.replies))


def _with_slots(state: DialogueState, done: ActionDone) -> DialogueState:
    for name, value in done.slots.items():
        if value is None:
            state = replace(state, slots={key: told for key, told in state.slots.items() if key != name})
        else:
            state = state.with_slot(name, value)
    return state


def _told(scene: Scene, one: object) -> str:
    if isinstance(one, tuple):
        key, values = one
        return scene.say(key, **values) if scene.script.has(key) else ""
    return str(one)
