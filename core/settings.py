"""Typed settings, from one TOML file and the environment.

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
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from core.errors import SettingsError
from core.words import Language

PREFIX = "FILROUGE_"
Seconds = Annotated[float, Field(gt=0)]
Clock24 = Annotated[str, Field(pattern=r"^([01]\d|2[0-4]):[0-5]\d$")]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ServerSettings(Section):
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    public_url: str = ""  # what customers and providers see; empty: http://host:port
    secret: SecretStr = SecretStr(
        ""
    )  # signs reply addresses and chat tokens; empty: made once, kept in data_dir
    data_dir: Path = Path("var")
    max_body: Annotated[int, Field(gt=0)] = 26_214_400  # bytes
    trusted_proxies: Annotated[int, Field(ge=0)] = 0  # how many X-Forwarded-For entries are ours

    @property
    def url(self) -> str:
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


class StorageSettings(Section):
    url: str = ""  # sqlite:///path or postgresql://…; empty: sqlite in data_dir
    redis_url: str = ""  # empty: one node
    readers: Annotated[int, Field(ge=1, le=64)] = 4
    group_commit: Annotated[int, Field(ge=1, le=1024)] = 64  # transactions a commit, at most
    synchronous: Literal["FULL", "NORMAL"] = "FULL"


class BusinessSettings(Section):
    name: str = "Filrouge"
    language: Language = Language.FR
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "FR"  # telephone numbers without +
    time_zone: str = "Europe/Paris"
    hours: dict[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], list[tuple[Clock24, Clock24]]] = {
        day: [("09:00", "12:30"), ("13:30", "18:00")] for day in ("mon", "tue", "wed", "thu", "fri")
    }


class HistorySettings(Section):
    """When an inbound exchange joins a conversation that already is (DOMAIN.md's rules a and c)."""

    reopen_within: Seconds = 72 * 3600.0
    hop_within: Seconds = 24 * 3600.0


class ProviderSettings(Section):
    """The telephone provider's account, for SMS and voice."""

    account_sid: str = ""
    auth_token: SecretStr = SecretStr("")
    api_url: str = "https://api.twilio.com"


class SmsSettings(Section):
    enabled: bool = False
    number: str = ""  # E.164, or the provider's messaging service sid
    max_segments: Annotated[int, Field(ge=1, le=10)] = 10


class VoiceSettings(Section):
    enabled: bool = False
    number: str = ""
    agent_address: str = "client:{user_id}"  # what is rung; a user's own telephone overrides it
    gather_timeout: Annotated[int, Field(ge=1, le=60)] = 5  # seconds of silence
    voice_fr: str = "Polly.Lea"
    voice_en: str = "Polly.Amy"


class ImapSettings(Section):
    host: str = ""
    port: int = 993
    tls: bool = True
    user: str = ""
    password: SecretStr = SecretStr("")
    folder: str = "INBOX"
    poll: Seconds = 60.0  # the safety net under IDLE


class SmtpSettings(Section):
    host: str = ""
    port: int = 587
    starttls: bool = True
    tls: bool = False
    user: str = ""
    password: SecretStr = SecretStr("")
    timeout: Seconds = 20.0


class SmtpListenSettings(Section):
    """Mail handed to us directly by SMTP, where no mailbox is fetched."""

    port: Annotated[int, Field(ge=0, le=65535)] = 0  # 0: not listening
    host: str = "127.0.0.1"


class EmailSettings(Section):
    enabled: bool = False
    address: str = ""  # the business's address, without a + part
    display_name: str = ""
    signature: str = ""
    trusted_mx: str = ""  # authserv-id whose Authentication-Results we believe
    max_message: Annotated[int, Field(gt=0)] = 26_214_400  # bytes
    reply_tags: bool = True  # answers come to address+tag; off where the server knows no + addresses
    imap: ImapSettings = ImapSettings()
    smtp: SmtpSettings = SmtpSettings()
    listen: SmtpListenSettings = SmtpListenSettings()


class WebchatSettings(Section):
    enabled: bool = True
    origins: list[str] = []  # sites that may embed the widget; empty: any
    max_text: Annotated[int, Field(gt=0)] = 4000
    max_file: Annotated[int, Field(gt=0, le=10_485_760)] = 10_485_760  # bytes
    identity_key: SecretStr = SecretStr(
        ""
    )  # with which a site signs who its signed-in visitors are; empty: nobody is


class SandboxSettings(Section):
    """Plays the customers' side. Refuses to start beside real provider credentials."""

    enabled: bool = False
    smtp_port: Annotated[int, Field(ge=0, le=65535)] = 0  # 0: any free port


class BotSettings(Section):
    enabled: bool = True
    folder: str = ""  # Rasa YAML files; empty: the first-level bot that comes with the product
    orders_url: str = (
        ""  # action server that answers order look-ups; empty: the demo's order book in the sandbox
    )


class RoutingSettings(Section):
    misses_before_break: Annotated[int, Field(ge=1)] = 3
    unreachable_after: Seconds = 45.0  # a console silent that long: its agent is unreachable
    return_after: Seconds = 120.0  # unreachable that long: their conversations go back to their queues
    wrap_up: Annotated[float, Field(ge=0)] = 30.0


class LogSettings(Section):
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["console", "json"] = "console"


class Settings(Section):
    """All of them; every section has working defaults."""

    server: ServerSettings = ServerSettings()
    storage: StorageSettings = StorageSettings()
    business: BusinessSettings = BusinessSettings()
    history: HistorySettings = HistorySettings()
    provider: ProviderSettings = ProviderSettings()
    sms: SmsSettings = SmsSettings()
    voice: VoiceSettings = VoiceSettings()
    email: EmailSettings = EmailSettings()
    webchat: WebchatSettings = WebchatSettings()
    sandbox: SandboxSettings = SandboxSettings()
    bot: BotSettings = BotSettings()
    routing: RoutingSettings = RoutingSettings()
    log: LogSettings = LogSettings()


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
