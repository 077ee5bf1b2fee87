"""The README says what is: every setting with its default, commands and files that exist."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr
from typer.main import get_command

from core.settings import Settings, load_settings
from gateway.cli import app
from tests.house.prose import ROOT, code_spans, commands, fenced, links, make_targets, paths_named, read

DOCUMENTS = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", *sorted(
    str(file.relative_to(ROOT)) for file in (ROOT / "docs").rglob("*.md")
)]  # fmt: skip
ROW = re.compile(r"^\| `([a-z_.0-9]+)` \| (.+?) \| (.+) \|$", re.MULTILINE)
IN_WORDS = {"business.hours"}  # a table, told in words
VARIABLE = re.compile(r"FILROUGE_[A-Z_]*__[A-Z_]+")


def keys(section: BaseModel, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every setting by its dotted key, with its default."""
    for name in type(section).model_fields:
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            yield from keys(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def plain(value: Any) -> Any:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(value) if isinstance(value, Path) else value


TABLE = {key: (default, meaning) for key, default, meaning in ROW.findall(read("README.md"))}
KEYS = dict(keys(Settings()))


def test_the_table_has_every_setting_and_no_other() -> None:
    assert len(KEYS) > 50
    assert set(TABLE) == set(KEYS)


@pytest.mark.parametrize("key", sorted(KEYS.keys() - IN_WORDS))
def test_the_table_tells_the_default(key: str) -> None:
    told = tomllib.loads(f"value = {TABLE[key][0].strip('`')}")["value"]
    assert told == plain(KEYS[key])


def test_the_sample_file_is_one_the_settings_take(tmp_path: Path) -> None:
    (sample,) = fenced(read("README.md"), "toml")
    file = tmp_path / "filrouge.toml"
    file.write_text(sample, "utf-8")
    settings = load_settings(file, env={})
    assert settings.storage.url.startswith("postgresql://")
    assert settings.email.imap.host


def test_the_variables_it_names_are_settings() -> None:
    named = set(VARIABLE.findall(read("README.md")))
    assert named
    assert named <= {f"FILROUGE_{key.upper().replace('.', '__')}" for key in KEYS}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_target_named_exists(document: str) -> None:
    wanted = {word for words in commands(read(document), "make") for word in words.split()}
    assert wanted <= make_targets()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_of_filrouge_named_exists(document: str) -> None:
    program: Any = get_command(app)
    for words in commands(read(document), "filrouge"):
        command = program
        for word in words.split():
            if not hasattr(command, "commands"):
                break  # an argument
            assert word in command.commands, words
            command = command.commands[word]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_named_exists(document: str) -> None:
    text = read(document)
    here = (ROOT / document).parent
    assert {path for path in paths_named(text) if not (ROOT / path).exists()} == set()
    assert {link for link in links(text) if not (here / link).exists()} == set()


def test_the_settings_that_the_text_names_exist() -> None:
    sections = set(Settings.model_fields)
    named = {span for span in code_spans(read("README.md")) if re.fullmatch(r"[a-z]+\.[a-z_.]+", span)}
    named = {
        span for span in named if span.split(".")[0] in sections and not span.endswith((".toml", ".yml"))
    }
    assert named
    assert named <= set(KEYS)
