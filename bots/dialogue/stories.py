"""Rules and stories as plans: what the bot does about an intent, by what was talked about before.

A rule holds wherever its conditions do. Of the stories that have the intent, the one counts whose turns before it match
the conversation furthest back: memoised where it matches to its beginning, generalised where it does not (Rasa's
`AugmentedMemoizationPolicy` forgets the beginning in the same way).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bots.errors import BotFilesInvalid
from bots.rasa_format import Rule, Story

MOST_PATHS = 5_000  # that alternatives and checkpoints may make of the stories
DEEPEST = 4  # checkpoints in a row


@dataclass(frozen=True, slots=True)
class Need:
    """A slot that has the value; None: that is not set. `anything`: that is set to whatever value."""

    slot: str
    value: str | None = None
    anything: bool = False

    def holds(self, slots: Mapping[str, str]) -> bool:
        there = slots.get(self.slot)
        if self.anything or self.value is None:
            return (there is not None) is self.anything
        return there is not None and there.casefold() == self.value.casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A rule: these actions follow the intent; `loop`: only while that form asks."""

    actions: tuple[str, ...]
    needs: tuple[Need, ...] = ()
    loop: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One turn of a story."""

    intent: str
    actions: tuple[str, ...]
    needs: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    starts: Mapping[str, tuple[Start, ...]] = field(default_factory=dict)
    paths: tuple[tuple[Moment, ...], ...] = ()
    after_form: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # form → actions once it is filled
    places: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)  # intent → (path, turn)

    def of(
        self, intent: str, slots: Mapping[str, str], history: Sequence[str], loop: str | None = None
    ) -> tuple[str, ...] | None:
        """The actions that follow the intent; None where nobody planned anything. `history`: intents so far."""
        for start in self.starts.get(intent, ()):
            if start.loop in (None, loop) and all(need.holds(slots) for need in start.needs):
                return start.actions
        moments = ((path, turn, self.paths[path][turn]) for path, turn in self.places.get(intent, ()))
        told = [
            (self._matched(path, turn, history), -path, moment.actions)
            for path, turn, moment in moments
            if all(need.holds(slots) for need in moment.needs)
        ]
        return max(told)[2] if told else None

    def _matched(self, path: int, turn: int, history: Sequence[str]) -> float:
        """How many turns before match; half a turn more where that is the story from its beginning."""
        moments = self.paths[path]
        count = 0
        while count < min(turn, len(history)) and moments[turn - 1 - count].intent == history[-1 - count]:
            count += 1
        return count + 0.5 if count == turn else count


def plans_of(rules: Iterable[Rule], stories: Iterable[Story]) -> Plans:
    """Raises `BotFilesInvalid` where alternatives make too many stories."""
    starts: dict[str, list[Start]] = {}
    after: dict[str, tuple[str, ...]] = {}
    for rule in rules:
        _add_rule(rule, starts, after)
    paths: list[tuple[Moment, ...]] = []
    for steps in _straight(list(stories)):
        moments = tuple(_moments(steps, after))
        if moments and moments not in paths[-20:]:
            paths.append(moments)
    places: dict[str, list[tuple[int, int]]] = {}
    for path, moments in enumerate(paths):
        for turn, moment in enumerate(moments):
            if moment.actions:
                places.setdefault(moment.intent, []).append((path, turn))
    return Plans(
        # Rules with conditions come first: they are about less.
        starts={
            name: tuple(sorted(found, key=lambda one: not one.needs and not one.loop))
            for name, found in starts.items()
        },
        paths=tuple(paths),
        after_form=after,
        places={name: tuple(found) for name, found in places.items()},
    )


def _add_rule(rule: Rule, starts: dict[str, list[Start]], after: dict[str, tuple[str, ...]]) -> None:
    actions = tuple(str(step["action"]) for step in rule.steps if "action" in step)
    loop = next((str(one["active_loop"]) for one in rule.conditions if one.get("active_loop")), None)
    needs = tuple(need for one in rule.conditions for need in _needs(one))
    intent = rule.steps[0].get("intent") if rule.steps else None
    if intent is not None:
        needs += tuple(need for step in rule.steps[1:2] for need in _needs(step))
        starts.setdefault(str(intent), []).append(Start(actions=actions, needs=needs, loop=loop))
    elif loop is not None:
        after.setdefault(loop, tuple(action for action in actions if action != loop))


def _needs(step: Mapping[str, Any]) -> Iterator[Need]:
    told = step.get("slot_was_set") or []
    for one in told if isinstance(told, list) else [told]:
        if isinstance(one, Mapping):
            for name, value in one.items():
                if name != "requested_slot":
                    yield Need(str(name), None if value is None else str(value))
        else:
            yield Need(str(one), anything=True)


def _straight(stories: Sequence[Story]) -> Iterator[list[Mapping[str, Any]]]:
    """The stories without alternatives, those that begin at a checkpoint behind each that ends there."""
    parts = [steps for story in stories for steps in _alternatives(story.steps)]
    ending: dict[str, list[list[Mapping[str, Any]]]] = {}
    for steps in parts:
        if steps and "checkpoint" in steps[-1]:
            ending.setdefault(str(steps[-1]["checkpoint"]), []).append(steps)
    made = 0
    for steps in parts:
        for whole in _behind(steps, ending, DEEPEST):
            made += 1
            if made > MOST_PATHS:
                raise BotFilesInvalid(file="stories", problem=f"they make more than {MOST_PATHS:,} paths")
            yield whole


def _behind(
    steps: list[Mapping[str, Any]], ending: Mapping[str, list[list[Mapping[str, Any]]]], depth: int
) -> Iterator[list[Mapping[str, Any]]]:
    before = ending.get(str(steps[0].get("checkpoint")), ()) if steps else ()
    if not before or depth == 0:
        yield steps
        return
    for one in before:
        for whole in _behind(one, ending, depth - 1):
            yield [*whole, *steps[1:]]


def _alternatives(steps: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    found: list[list[Mapping[str, Any]]] = [[]]
    for step in steps:
        choices = step.get("or", [step])
        found = [[*before, choice] for before in found for choice in choices]
        if len(found) > MOST_PATHS:
            raise BotFilesInvalid(file="stories", problem=f"they make more than {MOST_PATHS:,} paths")
    return found


def _moments(steps: Iterable[Mapping[str, Any]], after: dict[str, tuple[str, ...]]) -> Iterator[Moment]:
    """What stands behind the end of a form follows the form, not the intent."""
    intent, loop = "", None
    actions: list[str] = []
    needs: list[Need] = []
    ended: list[str] | None = None
    for step in [*steps, {"intent": ""}]:
        if "intent" in step or "user" in step:
            if intent:
                yield Moment(intent=intent, actions=tuple(actions), needs=tuple(needs))
            if ended and loop:
                after.setdefault(loop, tuple(ended))
            intent, actions, needs, ended = str(step.get("intent", "")), [], [], None
        elif "active_loop" in step:
            if step["active_loop"]:
                loop = str(step["active_loop"])
            else:
                ended = []
        elif "action" in step:
            (actions if ended is None else ended).append(str(step["action"]))
        elif "slot_was_set" in step and not actions:
            needs += _needs(step)
