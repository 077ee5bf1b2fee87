"""What designers wrote, ready to be played: texts by language and channel, plans by intent, forms, slots."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from bots.dialogue.stories import Plans, plans_of
from bots.errors import BotFilesInvalid
from bots.ports import OrderState
from bots.project import FIRST_LINE, Files, Kind, files_in, is_test, parts_of
from bots.rasa_format import (
    Domain,
    Response,
    Rule,
    Story,
    domain_of,
    load,
    read_rules,
    read_stories,
    read_text,
)
from core.words import Language

OPENING_HOURS = "action_opening_hours"
ORDER_STATUS = "action_order_status"
HANDOVER = "action_handover"
REPEAT = "action_repeat"
MENU = "action_menu"
CLOSE = "action_close"
BUILT_IN = frozenset({OPENING_HOURS, ORDER_STATUS, HANDOVER, REPEAT, MENU, CLOSE})
# Rasa's own that need nothing done here: who listens next, and how its policies recover.
NOTHING_TO_DO = frozenset(
    {
        "action_listen",
        "action_session_start",
        "action_unlikely_intent",
        "action_revert_fallback_events",
        "action_extract_slots",
    }
)
RESTART = "action_restart"
LEAVE_FORM = "action_deactivate_loop"
FALL_BACK = frozenset(
    {"action_default_fallback", "action_two_stage_fallback", "action_default_ask_rephrase", "action_back"}
)
RASA_OWN = NOTHING_TO_DO | FALL_BACK | {RESTART, LEAVE_FORM}
_PLACE = re.compile(r"\{(\w+)\}")
COMMON = Path(__file__).parent.parent / "data" / "common.yml"
# Said by the dialogue itself: a bot that has no words of its own for them uses the product's.
REQUIRED_TEXTS = (
    "utter_introduce",
    "utter_menu",
    "utter_goodbye",
    "utter_welcome",
    "utter_anything_else",
    "utter_listening",
    "utter_rephrase",
    "utter_nothing_heard",
    "utter_confirm",
    "utter_out_of_scope",
    "utter_offer_human",
    "utter_not_understood",
    "utter_handover",
    "utter_handover_closed",
    "utter_handover_closed_unknown",
    "utter_hours",
    "utter_hours_none",
    "utter_open_now",
    "utter_open_always",
    "utter_closed_now",
    "utter_open_on",
    "utter_closed_on",
    "utter_order_not_found",
    "utter_action_failed",
    "utter_form_given_up",
    *(f"utter_order_{state.value}" for state in OrderState),
    "utter_order_expected",
    "utter_order_carrier",
    "utter_order_tracking",
    "utter_offer_human_for_order",
)
# What Rasa calls them.
ALSO_CALLED = {
    "utter_rephrase": ("utter_ask_rephrase", "utter_default"),
    "utter_out_of_scope": ("utter_default", "utter_fallback"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotSource:
    """One mapping of a slot. `kind`: `entity`, `text` or `intent`; `name` the entity, or the value to take."""

    kind: str
    name: str = ""
    intents: tuple[str, ...] = ()
    but: tuple[str, ...] = ()  # intents
    asked_only: bool = False  # only while a form asks for the slot

    def fits(self, intent: str) -> bool:
        return (not self.intents or intent in self.intents) and intent not in self.but


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    responses: Mapping[str, tuple[Response, ...]]
    plans: Plans
    forms: Mapping[str, tuple[str, ...]]  # form → slots it asks for, in order
    sources: Mapping[str, tuple[SlotSource, ...]] = field(default_factory=dict)
    initial: Mapping[str, str] = field(default_factory=dict)  # slots that have a value from the beginning
    actions: frozenset[str] = frozenset()  # of the business's own action server
    greets: bool = False  # its own introduction says hello

    def has(self, key: str) -> bool:
        return key in self.responses

    def text(
        self, key: str, language: Language, *, voice: bool, values: Mapping[str, str], variant: int = 0
    ) -> str:
        """The text for that language and channel. Values are put in as they are: braces in them mean
        nothing."""
        chosen = self.variation(key, language, voice=voice, values=values, variant=variant)
        return _PLACE.sub(lambda place: values.get(place[1], ""), chosen.text).strip()

    def variation(
        self, key: str, language: Language, *, voice: bool, values: Mapping[str, str], variant: int = 0
    ) -> Response:
        """Where a text is missing in the language, one of another rather than silence."""
        said = self.responses.get(key, ())
        fitting = _fitting(said, language, voice, {**self.initial, **values})
        if not fitting:
            others = (_fitting(said, other, voice, {**self.initial, **values}) for other in Language)
            fitting = next((found for found in others if found), list(said))
        if not fitting:
            raise BotFilesInvalid(file="domain.yml", problem=f"{key} has no text")
        return fitting[variant % len(fitting)]


def load_script(folder: Path) -> Script:
    """The script of a folder's files; raises as `script_of`."""
    return script_of(files_in(folder))


def script_of(files: Files) -> Script:
    """From the files of a project, however they are split; raises `BotFilesInvalid` where the dialogue would be
    left without words."""
    rules: list[Rule] = []
    stories: list[Story] = []
    for path in sorted(files):
        if not is_test(path):
            rules += read_rules(files[path], path)
            stories += read_stories(files[path], path)
    return make_script(_whole_domain(files), rules, stories)


def _whole_domain(files: Files) -> Domain:
    """A domain may be split over several files, or stand in a folder."""
    told: dict[str, Any] = {
        "intents": [],
        "entities": [],
        "actions": [],
        "slots": {},
        "responses": {},
        "forms": {},
    }
    keys = {Kind.INTENT: "intents", Kind.ENTITY: "entities", Kind.ACTION: "actions"}
    named = {Kind.SLOT: "slots", Kind.RESPONSE: "responses", Kind.FORM: "forms"}
    for (kind, name), part in parts_of(files).items():
        if kind in keys:
            told[keys[kind]].append(name)
        elif kind in named:
            told[named[kind]][name] = part.value
    return domain_of(told, "domain.yml")


def make_script(domain: Domain, rules: Iterable[Rule], stories: Iterable[Story] = ()) -> Script:
    plans = plans_of(rules, stories)
    responses = {**_common(), **_renamed(domain.responses), **domain.responses}
    script = Script(
        responses=responses,
        plans=plans,
        forms=domain.forms,
        sources={name: _sources(name, slot) for name, slot in domain.slots.items()},
        initial={
            name: str(slot["initial_value"])
            for name, slot in domain.slots.items()
            if slot.get("initial_value") is not None
        },
        actions=frozenset(domain.actions) - BUILT_IN - RASA_OWN,
        greets="utter_introduce" in domain.responses,
    )
    _check(domain, script)
    return script


def _renamed(responses: Mapping[str, tuple[Response, ...]]) -> dict[str, tuple[Response, ...]]:
    return {
        ours: responses[theirs]
        for ours, names in ALSO_CALLED.items()
        for theirs in reversed(names)
        if theirs in responses
    }


@cache
def _common() -> dict[str, tuple[Response, ...]]:
    """The product's own words, for bots that have none."""
    first = domain_of(load(read_text(FIRST_LINE / "domain.yml"), "domain.yml"), "domain.yml").responses
    general = domain_of(load(read_text(COMMON), COMMON.name), COMMON.name).responses
    return {**{key: first[key] for key in REQUIRED_TEXTS}, **general}


def _sources(name: str, slot: Any) -> tuple[SlotSource, ...]:
    """Without mappings, as before Rasa 3: the entity of the same name."""
    told = slot.get("mappings") if isinstance(slot, Mapping) else None
    if not isinstance(told, list):
        return (SlotSource(kind="entity", name=name),)
    return tuple(
        SlotSource(
            kind=str(one.get("type")).removeprefix("from_"),
            name=str(one.get("entity") or one.get("value") or name),
            intents=_listed(one.get("intent")),
            but=_listed(one.get("not_intent")),
            asked_only=bool(one.get("conditions")),
        )
        for one in told
        if isinstance(one, Mapping)
    )


def _listed(told: Any) -> tuple[str, ...]:
    if told is None:
        return ()
    return tuple(map(str, told)) if isinstance(told, list) else (str(told),)


def _check(domain: Domain, script: Script) -> None:
    known = {*domain.responses, *domain.forms, *script.actions, *BUILT_IN, *RASA_OWN, *_common()}
    known |= {key.split("/")[0] for key in domain.responses}
    for name, actions in _planned(script.plans):
        for action in actions:
            if action not in known:
                raise BotFilesInvalid(file="rules.yml", problem=f"{name}: nothing is known of {action}")
    intents = {*domain.intents, *(intent.split("/")[0] for intent in domain.intents)}
    for intent in [*script.plans.starts, *script.plans.places]:
        if intent.split("/")[0] not in intents:
            raise BotFilesInvalid(file="rules.yml", problem=f"the intent {intent} is not in domain.yml")
    for form, slots in domain.forms.items():
        if not slots:
            raise BotFilesInvalid(file="domain.yml", problem=f"{form} asks for nothing")
    asked = {slot for slots in domain.forms.values() for slot in slots}
    for key in sorted(f"utter_ask_{slot}" for slot in asked):
        if not script.has(key) and not any(one in script.actions for one in _asking(key)):
            raise BotFilesInvalid(file="domain.yml", problem=f"{key} has no text")


def _asking(key: str) -> Sequence[str]:
    return (key.replace("utter_", "action_", 1),)


def _planned(plans: Plans) -> Iterable[tuple[str, tuple[str, ...]]]:
    for intent, starts in plans.starts.items():
        yield from ((intent, start.actions) for start in starts)
    for path in plans.paths:
        yield from ((moment.intent, moment.actions) for moment in path)
    yield from plans.after_form.items()


def _fitting(
    variations: Iterable[Response], language: Language, voice: bool, values: Mapping[str, str]
) -> list[Response]:
    """Variations for the channel before those for any channel, those with conditions before those without, as Rasa
    chooses."""
    wanted = {**values, "language": language.value}
    allowed = [
        one
        for one in variations
        if all(str(wanted.get(slot)).casefold() == value.casefold() for slot, value in one.conditions)
    ]
    spoken = [one for one in allowed if voice and one.channel == "voice"]
    general = spoken or [one for one in allowed if one.channel is None]
    return [one for one in general if one.conditions] or general
