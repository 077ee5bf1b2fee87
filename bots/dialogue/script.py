"""What designers wrote, ready to be played: texts by language and channel, rules by intent, forms."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from bots.errors import BotFilesInvalid
from bots.ports import OrderState
from bots.project import Files, files_in, is_test
from bots.rasa_format import Domain, Response, Rule, read_domain, read_rules
from core.words import Language

OPENING_HOURS = "action_opening_hours"
ORDER_STATUS = "action_order_status"
HANDOVER = "action_handover"
REPEAT = "action_repeat"
MENU = "action_menu"
CLOSE = "action_close"
BUILT_IN = frozenset({OPENING_HOURS, ORDER_STATUS, HANDOVER, REPEAT, MENU, CLOSE})
_PLACE = re.compile(r"\{(\w+)\}")
# Said by the dialogue itself, so every bot needs them.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    responses: Mapping[str, tuple[Response, ...]]
    rules: Mapping[str, tuple[str, ...]]  # intent → actions
    forms: Mapping[str, tuple[str, ...]]  # form → slots it asks for, in order
    after_form: Mapping[str, tuple[str, ...]]  # form → actions once it is filled

    def has(self, key: str) -> bool:
        return key in self.responses

    def text(
        self, key: str, language: Language, *, voice: bool, values: Mapping[str, str], variant: int = 0
    ) -> str:
        """The text for that language and channel. Values are put in as they are: braces in them mean
        nothing."""
        fitting = _fitting(self.responses.get(key, ()), language, voice)
        if not fitting:
            raise BotFilesInvalid(file="domain.yml", problem=f"{key} has no text in {language.value}")
        chosen = fitting[variant % len(fitting)].text
        return _PLACE.sub(lambda place: values.get(place[1], ""), chosen).strip()


def load_script(folder: Path) -> Script:
    """The script of a folder's files; raises as `script_of`."""
    return script_of(files_in(folder))


def script_of(files: Files) -> Script:
    """From `domain.yml` and `rules.yml`, wherever they are; raises `BotFilesInvalid` where the dialogue would be
    left without words."""
    domains = [path for path in files if PurePosixPath(path).name == "domain.yml"]
    if not domains:
        raise BotFilesInvalid(file="domain.yml", problem="the project has no such file")
    rules = [rule for path in sorted(files) if not is_test(path) for rule in read_rules(files[path], path)]
    return make_script(read_domain(files[domains[0]], domains[0]), rules)


def make_script(domain: Domain, rules: Iterable[Rule]) -> Script:
    starts: dict[str, tuple[str, ...]] = {}
    after: dict[str, tuple[str, ...]] = {}
    for rule in rules:
        actions = tuple(str(step["action"]) for step in rule.steps if "action" in step)
        loop = next((str(one["active_loop"]) for one in rule.conditions if "active_loop" in one), None)
        if loop is not None:
            after[loop] = tuple(action for action in actions if action != loop)
        elif rule.steps and "intent" in rule.steps[0]:
            starts[str(rule.steps[0]["intent"])] = actions
    _check(domain, starts, after)
    return Script(responses=domain.responses, rules=starts, forms=domain.forms, after_form=after)


def _check(
    domain: Domain, starts: Mapping[str, tuple[str, ...]], after: Mapping[str, tuple[str, ...]]
) -> None:
    _check_texts(domain)
    for name, actions in [*starts.items(), *after.items()]:
        for action in actions:
            if action not in domain.responses and action not in domain.forms and action not in BUILT_IN:
                raise BotFilesInvalid(file="rules.yml", problem=f"{name}: nothing is known of {action}")
    for intent in starts:
        if intent not in domain.intents:
            raise BotFilesInvalid(file="rules.yml", problem=f"the intent {intent} is not in domain.yml")
    for form, slots in domain.forms.items():
        if not slots or not after.get(form):
            raise BotFilesInvalid(file="rules.yml", problem=f"{form} asks for nothing, or no rule follows it")


def _check_texts(domain: Domain) -> None:
    for key in [*REQUIRED_TEXTS, *domain.responses, *(f"utter_ask_{slot}" for slot in _asked(domain))]:
        for language in Language:
            if not _fitting(domain.responses.get(key, ()), language, voice=False):
                raise BotFilesInvalid(file="domain.yml", problem=f"{key} has no text in {language.value}")


def _asked(domain: Domain) -> set[str]:
    return {slot for slots in domain.forms.values() for slot in slots}


def _fitting(variations: Iterable[Response], language: Language, voice: bool) -> list[Response]:
    """Variations for the channel before those for any channel, as Rasa chooses."""
    wanted: dict[str, Any] = {"language": language.value}
    allowed = [one for one in variations if all(wanted.get(slot) == value for slot, value in one.conditions)]
    spoken = [one for one in allowed if voice and one.channel == "voice"]
    return spoken or [one for one in allowed if one.channel is None]
