"""A bot as its designers keep it: a Rasa 3 project, read as parts and changed one part at a time.

A part is one intent, response, rule, story, form, slot … in Rasa's own structure, so that whatever a project holds
can be shown and written back. A change rewrites the one file that the part stands in and leaves its comments, its
order and everything else alone; which file that is depends on where the part already is.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import StringIO
from pathlib import Path, PurePosixPath
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import LiteralScalarString

from bots.errors import BotFilesInvalid
from bots.rasa_format import VERSION, lines_of, load, read_text
from core.words import Language

Files = Mapping[str, str]
"""Text by path, such as `domain.yml` or `data/nlu.fr.yml`."""
FIRST_LINE = Path(__file__).parent / "data" / "firstline"  # the bot that comes with the product
SETTINGS = "filrouge.yml"  # what Rasa has no words for
LEAST_KEPT = 0.5
MOST_FILES, MOST_CHARACTERS = 200, 30_000_000
PATH = re.compile(r"(?:[\w-][\w.-]*/){0,5}[\w-][\w.-]*\.ya?ml")
_LANGUAGE = re.compile(r"(?:^|[._/-])(fr|en)(?=[._/-])")
_NAMED_HERE = re.compile(r"^(\S.*):\s*(?:#.*)?\n(?:\s*(?:#.*)?\n)*( *)- ", re.MULTILINE)
_TESTS = re.compile(r"(?:^|/)tests?(?:/|[._-])")


class Kind(StrEnum):
    INTENT = "intent"
    ENTITY = "entity"
    SLOT = "slot"
    RESPONSE = "response"
    FORM = "form"
    ACTION = "action"
    RULE = "rule"
    STORY = "story"
    LOOKUP = "lookup"
    SYNONYM = "synonym"
    REGEX = "regex"


@dataclass(frozen=True, slots=True)
class Part:
    """`value` is Rasa's structure as JSON; of an intent `{"examples": {language: [lines]}, "options": …}`.

    `etag` changes whenever the value does.
    """

    kind: Kind
    name: str
    value: Any

    @property
    def etag(self) -> str:
        told = json.dumps(self.value, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(told.encode()).hexdigest()[:16]


# Where Rasa keeps each kind: a mapping by name, a list of names (or of one-key mappings), or a list of entries.
_MAPPINGS = {Kind.SLOT: "slots", Kind.RESPONSE: "responses", Kind.FORM: "forms"}
_NAMES = {Kind.INTENT: "intents", Kind.ENTITY: "entities", Kind.ACTION: "actions"}
_ENTRIES = {Kind.RULE: "rules", Kind.STORY: "stories"}
_LISTS = (Kind.LOOKUP, Kind.SYNONYM, Kind.REGEX)


def kept_of(files: Files) -> float | None:
    """The share of known requests that designers want kept when others are refused (`filrouge.yml`:
    `out_of_scope: {kept: 0.95}`); None where they say nothing. Raises `BotFilesInvalid`."""
    if SETTINGS not in files:
        return None
    told = load(files[SETTINGS], SETTINGS).get("out_of_scope")
    if told is None:
        return None
    kept = told.get("kept") if isinstance(told, Mapping) else None
    if isinstance(kept, bool) or not isinstance(kept, int | float) or not LEAST_KEPT <= kept <= 1:
        raise BotFilesInvalid(
            file=SETTINGS, problem=f"`out_of_scope: kept` is a number from {LEAST_KEPT} to 1"
        )
    return float(kept)


def is_test(path: str) -> bool:
    """Whether a file holds what the bot is tried with, not what it is made of."""
    return _TESTS.search(path) is not None


def language_of(path: str, default: Language) -> Language:
    """Told by the file's name: `nlu.fr.yml`, `data/en/nlu.yml`."""
    found = _LANGUAGE.search(path)
    return Language(found[1]) if found else default


def check_files(files: Files) -> None:
    """Raises `BotFilesInvalid` for what is too much, has no usable name, or is no YAML."""
    if len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_CHARACTERS:
        raise BotFilesInvalid(
            file="project", problem=f"at most {MOST_FILES} files and {MOST_CHARACTERS:,} characters"
        )
    for path, text in files.items():
        if not PATH.fullmatch(path) or ".." in path:
            raise BotFilesInvalid(file=path, problem="a file is called like data/nlu.fr.yml")
        load(text, path)


def files_in(folder: Path) -> Files:
    """The YAML files of a project's folder, by their paths in it; raises `BotFilesInvalid`."""
    found = sorted(path for path in folder.rglob("*.y*ml") if path.is_file())
    files = {path.relative_to(folder).as_posix(): read_text(path) for path in found}
    if not files:
        raise BotFilesInvalid(file=str(folder), problem="there is no .yml file")
    check_files(files)
    return files


def parts_of(files: Files, default: Language = Language.FR) -> dict[tuple[Kind, str], Part]:
    """Every part of the project, by kind and name, in the order in which they stand."""
    found: dict[tuple[Kind, str], Any] = {}
    for path, content in _contents(files):
        for kind, key in _NAMES.items():
            for name, options in _named(content.get(key)):
                _tell(found, kind, name, options)
        for kind, key in _MAPPINGS.items():
            for name, value in _mapping(content.get(key), path, key).items():
                found.setdefault((kind, str(name)), value)
        for kind, key in _ENTRIES.items():
            for item in _items(content.get(key), path, key):
                if kind.value in item:
                    rest = {name: value for name, value in item.items() if name != kind.value}
                    found.setdefault((kind, str(item[kind.value])), rest)
        for item in _items(content.get("nlu"), path, "nlu"):
            _hear(found, item, path, language_of(path, default))
    return {(kind, name): Part(kind, name, value) for (kind, name), value in found.items()}


def with_part(
    files: Files, kind: Kind, name: str, value: Any, default: Language = Language.FR
) -> dict[str, str]:
    """The files that are another for it, as they are then; `value` None takes the part away.

    Raises `BotFilesInvalid` where the value has not the shape of its kind.
    """
    before = parts_of(files, default)
    changed = dict(files)
    if kind is Kind.INTENT:
        _write_examples(changed, name, value, default)
    if kind in _NAMES:
        _write_name(changed, kind, name, value)
    elif kind in _MAPPINGS:
        _write_mapping(changed, kind, name, value)
    elif kind in _ENTRIES:
        _write_entry(changed, kind, name, value)
    elif kind in _LISTS:
        _write_list(changed, kind, name, value, default)
    after = parts_of(changed, default)
    spoilt = [key for key in before.keys() | after.keys() if before.get(key) != after.get(key)]
    if any(key != (kind, name) for key in spoilt):
        raise BotFilesInvalid(file=name, problem=f"the change would also touch {min(spoilt)[1]}")
    return {path: text for path, text in changed.items() if text != files.get(path)}


def _tell(found: dict[tuple[Kind, str], Any], kind: Kind, name: str, options: Any) -> None:
    if kind is Kind.INTENT:
        intent = found.setdefault((kind, name), {"examples": {}, "options": None})
        intent["options"] = options if options is not None else intent["options"]
    else:
        found.setdefault((kind, name), options)


def _hear(found: dict[tuple[Kind, str], Any], item: Mapping[str, Any], path: str, language: Language) -> None:
    if "intent" in item:
        intent = found.setdefault((Kind.INTENT, str(item["intent"])), {"examples": {}, "options": None})
        intent["examples"].setdefault(language.value, []).extend(_examples(item, path))
        return
    for kind in _LISTS:
        if kind.value in item:
            entries = found.setdefault((kind, str(item[kind.value])), {})
            entries.setdefault(language.value, []).extend(_examples(item, path))


def _examples(item: Mapping[str, Any], path: str) -> list[Any]:
    """Lines; in Rasa's long form, mappings of `text` and `metadata`."""
    examples = item.get("examples")
    if isinstance(examples, list):
        return [dict(one) if isinstance(one, Mapping) else str(one) for one in examples]
    return list(lines_of(item, path))


def _contents(files: Files) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(files, key=lambda path: (path.count("/"), path)):
        if not is_test(path):
            yield path, load(files[path], path)


def _named(told: Any) -> Iterator[tuple[str, Any]]:
    for item in told or ():
        if isinstance(item, Mapping):
            yield from ((str(name), options) for name, options in item.items())
        else:
            yield str(item), None


def _mapping(told: Any, path: str, key: str) -> Mapping[Any, Any]:
    if told is not None and not isinstance(told, Mapping):
        raise BotFilesInvalid(file=path, problem=f"`{key}` must be a mapping by name")
    return told or {}


def _items(told: Any, path: str, key: str) -> Sequence[Mapping[str, Any]]:
    if told is None:
        return ()
    if not isinstance(told, list) or not all(isinstance(one, Mapping) for one in told):
        raise BotFilesInvalid(file=path, problem=f"`{key}` must be a list of entries")
    return told


class _Document:
    """One file, for a change that keeps the rest as it is written."""

    def __init__(self, files: dict[str, str], path: str) -> None:
        self._files = files
        self.path = path
        text = files.get(path) or f'version: "{VERSION}"\n'
        self._yaml = YAML()
        self._yaml.preserve_quotes = True
        self._yaml.width = 1000
        offset = min((len(found[2]) for found in _NAMED_HERE.finditer(text)), default=2)
        self._yaml.indent(mapping=2, sequence=offset + 2, offset=offset)
        try:
            self.content: Any = self._yaml.load(text)
        except YAMLError as problem:
            raise BotFilesInvalid(file=path, problem=str(problem)) from problem

    def save(self) -> None:
        out = StringIO()
        self._yaml.dump(self.content, out)
        self._files[self.path] = out.getvalue()

    def list(self, key: str) -> Any:
        if self.content.get(key) is None:
            self.content[key] = []
        return self.content[key]

    def mapping(self, key: str) -> Any:
        if self.content.get(key) is None:
            self.content[key] = {}
        return self.content[key]


def _home(files: Files, wanted: str, default: str) -> str:
    """The file that has such parts already, the first one with a section of them; else the one by that name."""
    for path, content in _contents(files):
        if content.get(wanted):
            return path
    return next((path for path in files if PurePosixPath(path).name == default), default)


def _write_name(files: dict[str, str], kind: Kind, name: str, value: Any) -> None:
    key = _NAMES[kind]
    options = value.get("options") if kind is Kind.INTENT and value is not None else value
    entry = {name: options} if options and options is not True else name
    for path, content in _contents(files):
        places = [place for place, one in enumerate(content.get(key) or ()) if _is_named(one, name)]
        if not places:
            continue
        document = _Document(files, path)
        listed = document.list(key)
        if value is None:
            for place in reversed(places):
                del listed[place]
        elif list(_named([content[key][places[0]]])) != list(_named([entry])):
            listed[places[0]] = entry
        else:
            return
        document.save()
        return
    if value is not None:
        document = _Document(files, _home(files, key, "domain.yml"))
        _append(document.list(key), entry)
        document.save()


def _append(listed: Any, entry: Any) -> None:
    """An empty line behind the last entry stays at the end of the list."""
    listed.append(entry)
    last = len(listed) - 1
    behind = listed.ca.items if isinstance(listed, CommentedSeq) else {}
    if last - 1 in behind and not behind[last - 1][0].value.strip():
        behind[last] = behind.pop(last - 1)


def _is_named(told: Any, name: str) -> bool:
    return name in told if isinstance(told, Mapping) else str(told) == name


def _write_mapping(files: dict[str, str], kind: Kind, name: str, value: Any) -> None:
    key = _MAPPINGS[kind]
    if value is not None and not isinstance(value, list if kind is Kind.RESPONSE else Mapping):
        shape = "a list of variations" if kind is Kind.RESPONSE else "a mapping"
        raise BotFilesInvalid(file=name, problem=f"a {kind.value} is {shape}")
    path = next(
        (path for path, content in _contents(files) if name in _mapping(content.get(key), path, key)), None
    )
    if path is None and value is None:
        return
    document = _Document(files, path or _home(files, key, "domain.yml"))
    if value is None:
        del document.mapping(key)[name]
    else:
        document.mapping(key)[name] = _written(value)
    document.save()


def _write_entry(files: dict[str, str], kind: Kind, name: str, value: Any) -> None:
    key = _ENTRIES[kind]
    if value is not None and (not isinstance(value, Mapping) or not isinstance(value.get("steps"), list)):
        raise BotFilesInvalid(file=name, problem=f"a {kind.value} is a mapping with a list of `steps`")
    for path, content in _contents(files):
        entries = content.get(key) or ()
        place = next((at for at, one in enumerate(entries) if str(one.get(kind.value)) == name), None)
        if place is not None:
            document = _Document(files, path)
            if value is None:
                del document.list(key)[place]
            else:
                document.list(key)[place] = {kind.value: name, **_written(value)}
            document.save()
            return
    if value is not None:
        document = _Document(files, _home(files, key, f"{key}.yml"))
        document.list(key).append({kind.value: name, **_written(value)})
        document.save()


def _write_examples(files: dict[str, str], name: str, value: Any, default: Language) -> None:
    wanted = {} if value is None else value.get("examples")
    if not isinstance(wanted, Mapping) or not all(isinstance(one, list) for one in wanted.values()):
        raise BotFilesInvalid(file=name, problem="an intent has `examples`, a list for each language")
    _write_lines(files, "intent", name, wanted, default)


def _write_list(files: dict[str, str], kind: Kind, name: str, value: Any, default: Language) -> None:
    if value is not None and not isinstance(value, Mapping):
        raise BotFilesInvalid(file=name, problem=f"a {kind.value} is a list for each language")
    _write_lines(files, kind.value, name, value or {}, default)


def _write_lines(
    files: dict[str, str], key: str, name: str, wanted: Mapping[str, list[Any]], default: Language
) -> None:
    """Lines that stay, stay where they are; new ones go to the first entry of their language."""
    for language in Language:
        spoken = [path for path in sorted(files) if _speaks(files, path, language, default)]
        documents = [_Document(files, path) for path in spoken if _names(files, path, key, name)]
        entries = [
            (document, entry)
            for document in documents
            for entry in document.list("nlu")
            if str(entry.get(key)) == name
        ]
        written = [_examples(entry, document.path) for document, entry in entries]
        kept, fresh = _dealt(wanted.get(language.value, ()), written)
        if fresh and not entries:
            path = next((path for path in spoken if _nlu(files, path)), f"nlu.{language.value}.yml")
            document = _Document(files, path)
            document.list("nlu").append({key: name})
            documents, entries, written, kept = [document], [(document, document.list("nlu")[-1])], [[]], [[]]
        if kept:
            kept[0] += fresh
        for (document, entry), before, after in zip(entries, written, kept, strict=True):
            if not after:
                document.list("nlu").remove(entry)
            elif after != before:
                entry["examples"] = _lines(after)
        for document in documents:
            document.save()


def _dealt(wanted: Sequence[Any], written: Sequence[Sequence[Any]]) -> tuple[list[list[Any]], list[Any]]:
    """(of each entry the lines that stay, the lines that stand in none)."""
    left = Counter(map(_told, wanted))

    def taken(lines: Sequence[Any]) -> list[Any]:
        found = []
        for line in lines:
            if left[_told(line)] > 0:
                left[_told(line)] -= 1
                found.append(line)
        return found

    kept = [taken(lines) for lines in written]
    return kept, taken(wanted)


def _names(files: dict[str, str], path: str, key: str, name: str) -> bool:
    return any(str(one.get(key)) == name for one in _nlu(files, path))


def _speaks(files: Files, path: str, language: Language, default: Language) -> bool:
    return not is_test(path) and language_of(path, default) is language


def _nlu(files: Files, path: str) -> Sequence[Mapping[str, Any]]:
    return _items(load(files[path], path).get("nlu"), path, "nlu")


def _told(line: Any) -> str:
    return json.dumps(line, sort_keys=True, ensure_ascii=False)


def _lines(lines: Sequence[Any]) -> Any:
    """One text with a dash before each line; the long form where a line has more than its text."""
    if any(isinstance(line, Mapping) for line in lines):
        return [_written(line) if isinstance(line, Mapping) else {"text": line} for line in lines]
    spoken = (" ".join(str(line).split()) for line in lines)
    return LiteralScalarString("".join(f"- {line}\n" for line in spoken if line))


def _written(value: Any) -> Any:
    """Texts of several lines as blocks, as Rasa's own files have them."""
    if isinstance(value, Mapping):
        return {name: _written(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_written(one) for one in value]
    return LiteralScalarString(value) if isinstance(value, str) and "\n" in value else value
