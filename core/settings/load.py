"""Reads the settings from one TOML file and the environment.

`FILROUGE_<SECTION>__<KEY>` overrides `<key>` in `[<section>]`; a list or table in the environment is JSON. A key
nobody knows, or a value that does not fit, stops the start with the file's line to mend.
"""

import json
import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from core.errors import SettingsError
from core.settings.whole import Settings

PREFIX = "FILROUGE_"


def load_settings(
    file: Path | None = None,
    env: Mapping[str, str] | None = None,
    defaults: Mapping[str, Mapping[str, Any]] | None = None,
) -> Settings:
    """Reads `file` (or `$FILROUGE_CONFIG`, else none) over `defaults`, then the environment over both.

    Raises `SettingsError` naming the file's line, or the variable, of the first thing to mend.
    """
    env = os.environ if env is None else env
    if file is None and env.get("FILROUGE_CONFIG"):
        file = Path(env["FILROUGE_CONFIG"])
    text = _read(file) if file else ""
    values = _merged(deepcopy(dict(defaults or {})), _parse(file, text))
    origin = _apply_environment(values, env)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        path = tuple(str(part) for part in first["loc"])
        where = origin.get(path) or _where(file, text, path)
        known = "unknown key" if first["type"] == "extra_forbidden" else first["msg"]
        raise SettingsError(where=where, problem=f"{'.'.join(path)}: {known}") from error


def resolve_secret(settings: Settings) -> str:
    """The signing secret: the configured one, else one made once and kept in the data folder (mode 600)."""
    if configured := settings.server.secret.get_secret_value():
        return configured
    file = settings.server.data_dir / "secret"
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(secrets.token_urlsafe(48))
    return file.read_text().strip()


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(where=str(file), problem=f"cannot be read: {error.strerror}") from error


def _parse(file: Path | None, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(where=str(file), problem=str(error)) from error


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` laid on `under`, table by table."""
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        both = isinstance(value, Mapping) and isinstance(below, Mapping)
        merged[key] = _merged(below, value) if both else value  # type: ignore[arg-type]
    return merged


def _apply_environment(values: dict[str, Any], env: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    """Lays the variables over `values`; answers which variable each path came from."""
    origin: dict[tuple[str, ...], str] = {}
    if port := env.get("FILROUGE_PORT"):
        values.setdefault("server", {})["port"] = port
        origin["server", "port"] = "FILROUGE_PORT"
    for name, raw in env.items():
        if not name.startswith(PREFIX) or "__" not in name:
            continue
        path = tuple(name.removeprefix(PREFIX).lower().split("__"))
        table = values
        for part in path[:-1]:
            table = table.setdefault(part, {})
            if not isinstance(table, dict):
                raise SettingsError(where=name, problem=f"{part} is not a section")
        table[path[-1]] = _value(raw)
        origin[path] = name
    return origin


def _value(raw: str) -> Any:
    if raw[:1] in "[{":
        try:
            return json.loads(raw)
        except ValueError:
            return raw
    return raw


def _where(file: Path | None, text: str, path: tuple[str, ...]) -> str:
    """`file:line` of the deepest part of `path` that stands in the text."""
    table: tuple[str, ...] = ()
    best, depth = 0, -1
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]", line):
            table = tuple(part.strip().strip("\"'") for part in header[1].split("."))
            here = table
        elif key := re.match(r"\s*([\w.\"'-]+)\s*=", line):
            here = (*table, *(part.strip("\"'") for part in key[1].split(".")))
        else:
            continue
        if here == path[: len(here)] and len(here) > depth:
            best, depth = number, len(here)
    return f"{file}:{best}" if best else str(file or "settings")
