"""The container files agree with the compose schema and the settings; no engine is needed to know that."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.errors import SettingsError
from core.settings import load_settings

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "docker-compose.yml"
VARIABLE = re.compile(r"\bFILROUGE_[A-Z0-9_]+\b")
SUBSTITUTION = re.compile(r"\$\{(\w+)(?::[-?][^}]*)?\}")
SAMPLE = {"FILROUGE_PORT": "8080", "FILROUGE_LOG__LEVEL": "info"}


def compose() -> Any:
    return yaml.safe_load(COMPOSE.read_text("utf-8"))


def filled(value: str) -> str:
    """The value as compose would pass it on, with every variable given."""
    return SUBSTITUTION.sub(lambda found: SAMPLE.get(found[1], "sample"), value)


def names_in(file: str) -> set[str]:
    return set(VARIABLE.findall((ROOT / file).read_text("utf-8")))


def is_a_setting(name: str) -> bool:
    """The settings know the name: an unknown one would be the first thing they complain of."""
    if "__" not in name:
        return name == "FILROUGE_PORT"
    try:
        load_settings(env={name: "1"})
    except SettingsError as refusal:
        return "unknown key" not in str(refusal)
    return True


def test_the_compose_file_follows_the_compose_schema() -> None:
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*check, str(COMPOSE)], capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_name_the_settings_do_not_have_is_seen() -> None:
    assert not is_a_setting("FILROUGE_STORAGE__NO_SUCH_KEY")


@pytest.mark.parametrize("file", ["docker-compose.yml", "Dockerfile", ".env.example"])
def test_every_variable_is_a_setting(file: str) -> None:
    names = names_in(file)
    assert names
    assert [name for name in sorted(names) if not is_a_setting(name)] == []


def test_the_app_starts_on_the_values_that_compose_passes() -> None:
    passed = compose()["services"]["app"]["environment"]
    settings = load_settings(env={name: filled(value) for name, value in passed.items()})
    assert settings.storage.url == "postgresql://filrouge:sample@postgres:5432/filrouge"
    assert settings.storage.redis_url == "redis://redis:6379/0"
    assert settings.server.host == "0.0.0.0"


def test_the_addresses_name_services_of_the_file() -> None:
    services = compose()["services"]
    for name in ("FILROUGE_STORAGE__URL", "FILROUGE_STORAGE__REDIS_URL"):
        host = re.search(r"(?:@|//)([a-z]+):\d+/", services["app"]["environment"][name])
        assert host
        assert host[1] in services


def test_what_compose_asks_for_stands_in_the_example() -> None:
    example = (ROOT / ".env.example").read_text("utf-8")
    asked = {found[1] for found in SUBSTITUTION.finditer(COMPOSE.read_text("utf-8"))}
    assert {name for name in asked if f"\n{name}=" not in example} == set()


def test_the_image_runs_as_nobody_special_on_the_locked_packages() -> None:
    steps = (ROOT / "Dockerfile").read_text("utf-8")
    assert re.search(r"^USER (?!0|root)\w+$", steps, re.MULTILINE)
    assert "--require-hashes" in steps
    assert re.search(r"^HEALTHCHECK ", steps, re.MULTILINE)
