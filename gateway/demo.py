"""The demo: the product on its embedded default, with the sandbox in place of providers and sample data in it."""

import secrets
import socket
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from core.bus import Bus
from core.settings import Settings, load_settings
from core.words import ChannelName
from gateway import sample
from gateway.assembly.reactions import production_reactions
from gateway.sign_in import Passwords
from storage.engine.opening import open_store
from storage.schema import users

NUMBER = "+33199001000"
MAILBOX = "bonjour@atelier-sorbier.example"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # always open: the demo is tried at any hour
ACCOUNT = "ACsandbox00000000000000000000000000"
TOKEN_FILE = "sandbox-token"  # noqa: S105  # a file's name


class SettableClock:
    """Stands where it is set; used while the samples are written."""

    def __init__(self) -> None:
        self._now = datetime.now(UTC)

    def now(self) -> datetime:
        return self._now

    def set(self, moment: datetime) -> None:
        self._now = moment


def demo_settings(env: Mapping[str, str] | None = None) -> Settings:
    """The demo's defaults, under whatever the environment says: another port, PostgreSQL, Redis."""
    first = load_settings(env=env, defaults=_defaults(8080, "", {}))
    token = _token(first.server.data_dir)
    mail = {"listen": {"port": free_port()}, "smtp": {"port": free_port()}}
    return load_settings(env=env, defaults=_defaults(first.server.port, token, mail))


def _defaults(port: int, token: str, mail: dict[str, dict[str, int]]) -> dict[str, dict[str, Any]]:
    smtp = {"host": "127.0.0.1", "starttls": False, **mail.get("smtp", {})}
    return {
        "server": {"data_dir": "var/demo"},
        "business": {"name": "Atelier Sorbier", "hours": {day: [("00:00", "24:00")] for day in DAYS}},
        "provider": {
            "account_sid": ACCOUNT,
            "auth_token": token,
            "api_url": f"http://127.0.0.1:{port}/sandbox/provider",
        },
        "sms": {"enabled": True, "number": NUMBER},
        "voice": {"enabled": True, "number": NUMBER},
        "email": {
            "enabled": True,
            "address": MAILBOX,
            "display_name": "Atelier Sorbier",
            "smtp": smtp,
            "listen": mail.get("listen", {}),
        },
        "webchat": {"enabled": True, "identity_key": token},
        "sandbox": {"enabled": True, "smtp_port": smtp.get("port", 0)},
    }


def _token(folder: Path) -> str:
    """The sandbox provider's secret: made once, so that a restart of the demo keeps calls and messages valid."""
    file = folder / TOKEN_FILE
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(secrets.token_hex(16))
        file.chmod(0o600)
    return file.read_text().strip()


def free_port() -> int:
    """A port nobody listens on now, on this machine only."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def port_is_taken(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


async def seed_if_empty(settings: Settings) -> bool:
    """Writes the samples into a store without staff; True if it did."""
    clock = SettableClock()
    opened = await open_store(
        settings, clock=clock, bus=Bus(), reactions=production_reactions(settings.routing)
    )
    try:
        if await opened.store.read(
            lambda tx: tx.conn.execute(select(func.count()).select_from(users)).scalar()
        ):
            return False
        business = {
            ChannelName.EMAIL: settings.email.address,
            ChannelName.SMS: settings.sms.number,
            ChannelName.VOICE: settings.voice.number,
            ChannelName.WEBCHAT: "",
        }
        await sample.seed(opened, clock, business, await Passwords().hash(sample.PASSWORD))
        return True
    finally:
        await opened.close()
