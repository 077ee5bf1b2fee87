"""Reads and writes Rasa's YAML: training examples, domain, rules. A team can come from Rasa with its
files, and go.

The formats are those of Rasa 3.x (`version: "3.1"`). Booleans follow YAML 1.2 as in Rasa, so that an
intent named `no` stays a name. What this product does not use is kept and written back, not lost.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bots.errors import BotFilesInvalid

VERSION = "3.1"
DEEPEST, MOST_NODES = 40, 500_000  # of a file with anchors
_LIST_KINDS = ("regex", "lookup", "synonym")
_SAYS = frozenset({"text", "buttons", "image", "attachment", "custom", "quick_replies"})  # a variation
_ANNOTATION = re.compile(
    r"\[(?P<text>[^\[\]]+)\](?:\((?P<entity>[^():]+)(?::(?P<value>[^()]*))?\)|(?P<dict>\{[^{}]*\}))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """An entity marked in an example; `details` is the rest of Rasa's dictionary form (role, group)."""

    start: int
    end: int
    entity: str
    value: str | None = None
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    intent: str
    text: str
    annotations: tuple[Annotation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WordList:
    """A `regex`, `lookup` or `synonym` entry."""

    kind: str
    name: str
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NluData:
    examples: tuple[Example, ...] = ()
    lists: tuple[WordList, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One variation: used on `channel` only (None: any) and when every condition (slot, value) holds."""

    text: str
    channel: str | None = None
    conditions: tuple[tuple[str, str], ...] = ()
    buttons: tuple[tuple[str, str], ...] = ()  # (what stands on it, what it sends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    intents: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    slots: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    responses: Mapping[str, tuple[Response, ...]] = field(default_factory=dict)
    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    actions: tuple[str, ...] = ()
    original: Mapping[str, Any] = field(
        default_factory=dict, compare=False, repr=False
    )  # as read, for writing back


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Steps and conditions are Rasa's own one-key mappings: `{"intent": …}`, `{"action": …}`,
    `{"active_loop": …}`."""

    name: str
    steps: tuple[Mapping[str, Any], ...]
    conditions: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Steps are Rasa's own mappings, `{"or": […]}`, `{"checkpoint": …}` and those of a rule among them."""

    name: str
    steps: tuple[Mapping[str, Any], ...]


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """PyYAML's safe loader with YAML 1.2's booleans."""


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes multi-line texts as literal blocks, the way Rasa's examples are written."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Loader.yaml_implicit_resolvers = {
    first: [(tag, expression) for tag, expression in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$", re.IGNORECASE), list("tTfF")
)
_Dumper.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style="|" if "\n" in text else None
    ),
)


def read_nlu(text: str, file: str = "nlu.yml") -> NluData:
    """Examples and lists of one training file; raises `BotFilesInvalid`."""
    examples: list[Example] = []
    lists: list[WordList] = []
    for item in _entries(text, "nlu", file):
        kind = next((one for one in _LIST_KINDS if one in item), None)
        if kind is not None:
            lists.append(WordList(kind=kind, name=str(item[kind]), entries=tuple(lines_of(item, file))))
        elif "intent" in item:
            examples.extend(parse_example(str(item["intent"]), line, file) for line in lines_of(item, file))
        else:
            raise BotFilesInvalid(
                file=file, problem=f"an entry is neither intent nor {', '.join(_LIST_KINDS)}"
            )
    return NluData(examples=tuple(examples), lists=tuple(lists))


def parse_example(intent: str, line: str, file: str = "nlu.yml") -> Example:
    """Takes Rasa's entity annotations out of one example line."""
    plain = ""
    last = 0
    annotations: list[Annotation] = []
    for match in _ANNOTATION.finditer(line):
        plain += line[last : match.start()]
        details = _details(match, file)
        entity, value = details.pop("entity", None), details.pop("value", None)
        if not entity:
            raise BotFilesInvalid(file=file, problem=f"the annotation in {line!r} names no entity")
        annotations.append(
            Annotation(
                start=len(plain),
                end=len(plain) + len(match["text"]),
                entity=entity,
                value=value,
                details=tuple(sorted(details.items())),
            )
        )
        plain += match["text"]
        last = match.end()
    return Example(intent=intent, text=plain + line[last:], annotations=tuple(annotations))


def write_nlu(data: NluData) -> str:
    """The same examples and lists as Rasa YAML; `read_nlu` of it gives `data` again, grouped by intent."""
    grouped: dict[str, list[str]] = {}
    for example in data.examples:
        grouped.setdefault(example.intent, []).append(_annotated(example))
    items: list[dict[str, str]] = [
        {one.kind: one.name, "examples": _block(one.entries)} for one in data.lists
    ]
    items += [{"intent": intent, "examples": _block(lines)} for intent, lines in grouped.items()]
    return _dump({"version": VERSION, "nlu": items})


def read_domain(text: str, file: str = "domain.yml") -> Domain:
    return domain_of(load(text, file), file)


def domain_of(content: Mapping[str, Any], file: str) -> Domain:
    return Domain(
        intents=tuple(_name(one) for one in content.get("intents") or ()),
        entities=tuple(_name(one) for one in content.get("entities") or ()),
        slots=content.get("slots") or {},
        responses={
            name: tuple(_response(one, name, file) for one in variations or ())
            for name, variations in (content.get("responses") or {}).items()
        },
        forms={name: _required(one) for name, one in (content.get("forms") or {}).items()},
        actions=tuple(_name(one) for one in content.get("actions") or ()),
        original=content,
    )


def write_domain(domain: Domain) -> str:
    """The domain as Rasa YAML. Parts that did not change since they were read keep all their options and
    buttons."""
    before = domain_of(domain.original, "domain.yml")
    content: dict[str, Any] = {
        "version": VERSION,
        "intents": list(domain.intents),
        "entities": list(domain.entities),
        "slots": {name: dict(slot) for name, slot in domain.slots.items()},
        "responses": {
            name: [_response_item(one) for one in variations] for name, variations in domain.responses.items()
        },
        "forms": {name: {"required_slots": list(slots)} for name, slots in domain.forms.items()},
        "actions": list(domain.actions),
    }
    untouched = {
        key: value
        for key, value in domain.original.items()
        if key not in content or (key != "version" and getattr(before, key) == getattr(domain, key))
    }
    return _dump(content | untouched)


def read_rules(text: str, file: str = "rules.yml") -> tuple[Rule, ...]:
    rules = []
    for item in _entries(text, "rules", file):
        steps = item.get("steps")
        if (
            "rule" not in item
            or not isinstance(steps, list)
            or not all(isinstance(one, dict) for one in steps)
        ):
            raise BotFilesInvalid(
                file=file, problem="a rule needs a name under `rule` and a list under `steps`"
            )
        conditions = item.get("condition") or ()
        rules.append(Rule(name=str(item["rule"]), steps=tuple(steps), conditions=tuple(conditions)))
    return tuple(rules)


def read_stories(text: str, file: str = "stories.yml") -> tuple[Story, ...]:
    stories = []
    for item in _entries(text, "stories", file):
        steps = item.get("steps")
        if "story" not in item or not isinstance(steps, list):
            raise BotFilesInvalid(
                file=file, problem="a story needs a name under `story` and a list under `steps`"
            )
        if not all(isinstance(one, dict) for one in steps):
            raise BotFilesInvalid(file=file, problem=f"{item['story']}: each step is a mapping")
        stories.append(Story(name=str(item["story"]), steps=tuple(steps)))
    return tuple(stories)


def write_rules(rules: Iterable[Rule]) -> str:
    items = []
    for rule in rules:
        item: dict[str, Any] = {"rule": rule.name}
        if rule.conditions:
            item["condition"] = [dict(one) for one in rule.conditions]
        items.append(item | {"steps": [dict(one) for one in rule.steps]})
    return _dump({"version": VERSION, "rules": items})


def read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise BotFilesInvalid(file=str(path), problem=str(problem)) from problem


def load(text: str, file: str) -> dict[str, Any]:
    """The mapping in a YAML file; raises `BotFilesInvalid`, which says in which line."""
    try:
        content = yaml.load(text, Loader=_Loader)  # noqa: S506 a safe loader, only its booleans differ
    except yaml.YAMLError as problem:
        raise BotFilesInvalid(file=file, problem=str(problem)) from problem
    if not isinstance(content, dict):
        raise BotFilesInvalid(file=file, problem="the file must be a mapping with a `version`")
    if "*" in text and "&" in text and not _is_bounded(content):
        raise BotFilesInvalid(file=file, problem="its anchors refer to themselves or repeat too much")
    return content


def _is_bounded(content: Any) -> bool:
    """Whether what aliases repeat ends, and is not more than a person wrote."""
    left, looked_at = [(content, 0)], 0
    while left:
        told, depth = left.pop()
        looked_at += 1
        if depth > DEEPEST or looked_at > MOST_NODES:
            return False
        if isinstance(told, dict):
            left += [(one, depth + 1) for one in told.values()]
        elif isinstance(told, list):
            left += [(one, depth + 1) for one in told]
    return True


def _entries(text: str, key: str, file: str) -> list[dict[str, Any]]:
    entries = load(text, file).get(key) or []
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise BotFilesInvalid(file=file, problem=f"`{key}` must be a list of entries")
    return entries


def lines_of(item: Mapping[str, Any], file: str) -> list[str]:
    """The examples of one entry, without their dashes."""
    examples = item.get("examples") or ""
    if isinstance(examples, list):  # Rasa's long form: a list of {text, metadata}
        return [str(one["text"]).strip() if isinstance(one, dict) else str(one) for one in examples]
    lines = []
    for line in str(examples).splitlines():
        stripped = line.strip()
        if not stripped:
            continue
        if not stripped.startswith("- ") and stripped != "-":
            raise BotFilesInvalid(file=file, problem=f"the example {stripped!r} does not start with a dash")
        lines.append(stripped[1:].strip())
    return [line for line in lines if line]


def _details(match: re.Match[str], file: str) -> dict[str, str]:
    if match["dict"] is None:
        details = {"entity": match["entity"].strip()}
        return details | ({"value": match["value"]} if match["value"] is not None else {})
    try:
        return {str(key): str(value) for key, value in json.loads(match["dict"]).items()}
    except ValueError as problem:
        raise BotFilesInvalid(file=file, problem=f"the annotation {match[0]!r}: {problem}") from problem


def _annotated(example: Example) -> str:
    line = ""
    last = 0
    for one in sorted(example.annotations, key=lambda annotation: annotation.start):
        marked = f"[{example.text[one.start : one.end]}]"
        if one.details or one.value is not None:
            value = {} if one.value is None else {"value": one.value}
            marked += json.dumps({"entity": one.entity, **value, **dict(one.details)}, ensure_ascii=False)
        else:
            marked += f"({one.entity})"
        line += example.text[last : one.start] + marked
        last = one.end
    return line + example.text[last:]


def _block(lines: Iterable[str]) -> str:
    return "".join(f"- {line}\n" for line in lines)


def _dump(content: Mapping[str, Any]) -> str:
    text: str = yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1000)
    return text


def _name(item: Any) -> str:
    """Domain lists hold names, or mappings of one name to its options."""
    return str(next(iter(item))) if isinstance(item, dict) else str(item)


def _required(form: Any) -> tuple[str, ...]:
    told = form.get("required_slots", form) if isinstance(form, dict) else form
    return tuple(str(one) for one in told or () if one != "ignored_intents")


def _response(item: Any, name: str, file: str) -> Response:
    if not isinstance(item, dict) or not (_SAYS & item.keys()):
        raise BotFilesInvalid(file=file, problem=f"a variation of {name} has no text")
    conditions = item.get("condition") or ()
    return Response(
        text=str(item.get("text") or item.get("image") or item.get("attachment") or "").strip(),
        buttons=tuple(
            (str(one.get("title", "")), str(one.get("payload", "")))
            for one in [*(item.get("buttons") or ()), *(item.get("quick_replies") or ())]
            if isinstance(one, dict)
        ),
        channel=item.get("channel"),
        conditions=tuple(
            (str(one["name"]), str(one["value"])) for one in conditions if one.get("type") == "slot"
        ),
    )


def _response_item(response: Response) -> dict[str, Any]:
    item: dict[str, Any] = {}
    if response.conditions:
        item["condition"] = [
            {"type": "slot", "name": slot, "value": value} for slot, value in response.conditions
        ]
    item["text"] = response.text
    if response.buttons:
        item["buttons"] = [{"title": title, "payload": payload} for title, payload in response.buttons]
    return item | ({"channel": response.channel} if response.channel else {})
