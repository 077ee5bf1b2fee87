"""What of a Rasa project is kept and written back, but not played here; it is said at import."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bots.dialogue.script import BUILT_IN, FALL_BACK, NOTHING_TO_DO
from bots.nlu.learnt_entities import usable
from bots.project import Files, Kind, is_test, parts_of
from bots.rasa_format import load

PLAYED_MAPPINGS = frozenset({"from_entity", "from_text", "from_intent", "custom"})
KNOWN_KEYS = frozenset(
    {
        *(
            "version",
            "intents",
            "entities",
            "slots",
            "responses",
            "forms",
            "actions",
            "rules",
            "stories",
            "nlu",
        ),
        *("session_config", "out_of_scope"),
    }
)


class Unplayed(StrEnum):
    SETTINGS = "settings"  # config.yml, endpoints.yml, credentials.yml
    OWN_ACTION = "own_action"  # needs `bot.actions_url`
    RASA_ACTION = "rasa_action"
    SLOT_MAPPING = "slot_mapping"
    CUSTOM_RESPONSE = "custom_response"
    TEXT_STEP = "text_step"  # stories end to end
    PATTERN = "pattern"
    SECTION = "section"


@dataclass(frozen=True, slots=True)
class Note:
    what: Unplayed
    name: str


def notes_on(files: Files, *, actions: bool) -> tuple[Note, ...]:
    """In the order of the files; `actions`: a server for the designers' own actions is configured."""
    found = [*_sections(files), *_parts(files, actions)]
    return tuple(dict.fromkeys(found))


def _sections(files: Files) -> Iterator[Note]:
    for path, text in files.items():
        if is_test(path):
            continue
        for key in load(text, path):
            if key in ("recipe", "language", "pipeline", "policies", "assistant_id"):
                yield Note(Unplayed.SETTINGS, path)
            elif key not in KNOWN_KEYS:
                yield Note(Unplayed.SECTION, f"{path}: {key}")


def _parts(files: Files, actions: bool) -> Iterator[Note]:
    for (kind, name), part in parts_of(files).items():
        if kind is Kind.ACTION:
            yield from _of_action(name, actions)
        elif kind is Kind.SLOT:
            yield from _of_slot(name, part.value)
        elif kind is Kind.RESPONSE:
            if all("text" not in one and "buttons" not in one for one in part.value or ()):
                yield Note(Unplayed.CUSTOM_RESPONSE, name)
        elif kind in (Kind.STORY, Kind.RULE):
            if any("user" in step or "bot" in step for step in part.value.get("steps", ())):
                yield Note(Unplayed.TEXT_STEP, name)
        elif kind is Kind.REGEX:
            lines = (line for lines in part.value.values() for line in lines)
            if any(usable(str(line)) is None for line in lines):
                yield Note(Unplayed.PATTERN, name)


def _of_action(name: str, actions: bool) -> Iterator[Note]:
    if name in BUILT_IN or name in NOTHING_TO_DO or name.startswith("utter_"):
        return
    if name in FALL_BACK:
        yield Note(Unplayed.RASA_ACTION, name)
    elif not actions:
        yield Note(Unplayed.OWN_ACTION, name)


def _of_slot(name: str, slot: Any) -> Iterator[Note]:
    mappings = slot.get("mappings") or () if isinstance(slot, Mapping) else ()
    for one in mappings:
        if isinstance(one, Mapping) and one.get("type") not in PLAYED_MAPPINGS:
            yield Note(Unplayed.SLOT_MAPPING, f"{name}: {one.get('type')}")
