"""Bots from a shell: a folder becomes a draft, a version, an answer to customers, and a folder again."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway.cli import app
from tests.small_bot import small_project

STORIES = """
version: "3.1"
stories:
- story: hours
  steps:
  - user: |
      vos horaires
    intent: opening_hours
  - action: utter_hours
- story: a person
  steps:
  - user: |
      parler à quelqu'un
    intent: speak_to_human
  - action: action_handover
- story: wrong
  steps:
  - user: |
      bonjour
    intent: goodbye
"""
CONFIG = """
[server]
data_dir = "{folder}/data"
secret = "a-secret-that-is-only-used-by-this-test"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "filrouge.toml").write_text(CONFIG.format(folder=tmp_path))
    for path, text in {**small_project(), "tests/test_stories.yml": STORIES}.items():
        (tmp_path / "project" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "project" / path).write_text(text)
    return tmp_path


def bot(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["bot", *words, "--config", str(folder / "filrouge.toml")])


def test_a_folder_becomes_a_version_that_answers_and_a_folder_again(folder: Path) -> None:
    done = bot(folder, "import", "shop", str(folder / "project"), "--name", "Shop")
    assert (done.exit_code, "parts imported" in done.stdout) == (0, True)
    trained = bot(folder, "train", "shop", "--note", "first")
    assert "Version 1: accuracy" in trained.stdout
    assert "Test sentences" in trained.stdout
    assert "Version 1 of shop answers" in bot(folder, "publish", "shop").stdout
    bot(folder, "train", "shop", "--note", "second")
    assert bot(folder, "publish", "shop", "--share", "25").exit_code == 0
    told = bot(folder, "list").stdout
    assert ("75 %" in told, "25 %" in told, "second" in told) == (True, True, True)

    bot(folder, "export", "shop", str(folder / "out"))
    for path, text in small_project().items():
        assert (folder / "out" / path).read_text() == text


def test_stories_are_played_and_what_goes_otherwise_is_told(folder: Path) -> None:
    done = bot(folder, "test", str(folder / "project"))
    assert done.exit_code == 1
    assert "2 of 3 stories go as told." in done.stdout
    assert "wanted intent goodbye" in done.stdout
    assert "got    intent greet" in done.stdout


def test_what_is_not_there_is_told_with_what_is(folder: Path) -> None:
    bot(folder, "import", "shop", str(folder / "project"))
    for words in (("train", "nobody"), ("publish", "nobody"), ("export", "nobody", str(folder / "x"))):
        done = bot(folder, *words)
        assert done.exit_code == 2
        assert "shop" in done.stderr
    assert bot(folder, "publish", "shop").exit_code == 2


def test_a_draft_that_cannot_be_trained_says_why(folder: Path) -> None:
    (folder / "project/data/nlu.fr.yml").write_text(
        "nlu:\n- intent: greet\n  examples: |\n    - bonjour\n    - salut\n"
    )
    bot(folder, "import", "shop", str(folder / "project"))
    done = bot(folder, "train", "shop")
    assert done.exit_code == 1
    assert "at least two intents" in done.stderr
    assert "failed" in bot(folder, "list").stdout


def test_a_folder_that_is_no_project_is_refused(folder: Path) -> None:
    (folder / "project/domain.yml").write_text("- not: a mapping\n")
    done = bot(folder, "import", "shop", str(folder / "project"))
    assert done.exit_code == 2
    assert "domain.yml" in done.stderr


def test_what_is_kept_but_not_played_is_named_at_import(folder: Path) -> None:
    (folder / "project/config.yml").write_text("pipeline:\n- name: DIETClassifier\n")
    domain = folder / "project/domain.yml"
    domain.write_text(domain.read_text().replace("actions:\n", "actions:\n  - action_weather\n"))
    done = bot(folder, "import", "shop", str(folder / "project"))
    assert "Kept, not played (settings): config.yml" in done.stdout
    assert "Kept, not played (own action): action_weather" in done.stdout
