"""The sandbox in the running product: the telephone provider and the customers' mailboxes, played on this machine."""

from collections.abc import Mapping, Sequence
from time import time
from typing import Any

import aiohttp
from aiohttp import web

from channels.sandbox.api import Customer, Handset
from channels.sandbox.mailbox import Mailbox
from channels.sandbox.sandbox import Sandbox
from channels.webchat.session import sign_identity
from core.permissions import Permission
from core.settings import Settings
from core.store import Store
from gateway.sample import CUSTOMERS
from storage import users
from storage.engine.transaction import SqlTx
from storage.roles import can

IDENTITY_LASTS = 30 * 86_400  # seconds; a real site would give an hour


class Playground:
    """Starts with the product, after its port is bound: it talks to it by real HTTP and SMTP."""

    def __init__(self, settings: Settings, store: Store, http: aiohttp.ClientSession) -> None:
        self._settings = settings
        self._store = store
        self._mailbox = Mailbox()
        key = settings.webchat.identity_key.get_secret_value()
        self._sandbox = Sandbox(
            settings,
            http,
            customers=[
                Customer(name=c.name, phone=c.phone, email=c.email, language=c.language.value)
                for c in CUSTOMERS
            ],
            agents=self._agents,
            mailbox=self._mailbox if settings.email.enabled else None,
            sign_identity=(lambda identity: _signed(key, identity)) if key else None,
        )

    def mount(self, app: web.Application) -> None:
        self._sandbox.mount(app)

    async def start(self) -> None:
        if self._settings.email.enabled:
            await self._mailbox.start(
                product_host=self._settings.email.listen.host,
                product_port=self._settings.email.listen.port,
                port=self._settings.sandbox.smtp_port,
            )

    async def stop(self) -> None:
        await self._sandbox.stop()
        if self._settings.email.enabled:
            await self._mailbox.stop()

    async def _agents(self) -> Sequence[Handset]:
        return await self._store.read(_handsets)


def _handsets(tx: SqlTx) -> list[Handset]:
    active = [user for user in users.all_users(tx) if user.active]
    return [Handset(user_id=u.id, name=u.name) for u in active if can(tx, u, Permission.DESK_WORK)]


def _signed(key: str, identity: Mapping[str, str]) -> Mapping[str, Any]:
    """As a site's own server signs its signed-in visitor."""
    facts = {**identity, "expires": int(time()) + IDENTITY_LASTS}
    return {**facts, "signature": sign_identity(key, facts)}
