"""The sandbox as a whole: checks that it may run, builds its parts, gives its routes."""

import ipaddress
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from channels.sandbox.api import Customer, Handset, Mails, News, SandboxApi
from channels.sandbox.hooks import Hooks
from channels.sandbox.pages import page_routes
from channels.sandbox.provider import ProviderApi
from channels.sandbox.switchboard import Switchboard
from channels.sandbox.traffic import Traffic
from core.errors import SettingsError
from core.settings import Settings

OWN_ACCOUNT = "ACsandbox"  # how the sandbox's account id begins; a real one goes on in hexadecimal digits
PATIENCE = 90.0  # seconds a caller may take to type what they say


def check_allowed(settings: Settings) -> None:
    """Raises `SettingsError` where real customers or a real account might be touched."""
    provider = settings.provider
    if provider.account_sid and not provider.account_sid.startswith(OWN_ACCOUNT):
        problem = "the sandbox does not run beside a real account; set sandbox.enabled = false"
        raise SettingsError(where="[provider] account_sid", problem=problem)
    if provider.account_sid and not is_local(provider.api_url):
        problem = "the sandbox plays the provider at our own address; it must not be anyone else's"
        raise SettingsError(where="[provider] api_url", problem=problem)


def is_local(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def no_agents() -> Sequence[Handset]:
    return ()


class Sandbox:
    """Plays the telephone provider and the customers.

    `customers` are the people to play; `agents` answers whose telephones can be answered; `mailbox` sends and
    receives mail, started and stopped by who made it; `sign_identity` signs {email, name} for the web chat.
    Raises `SettingsError` at once where real credentials are configured.
    """

    def __init__(
        self,
        settings: Settings,
        http: aiohttp.ClientSession,
        *,
        customers: Sequence[Customer] = (),
        agents: Callable[[], Awaitable[Sequence[Handset]]] = no_agents,
        mailbox: Mails | None = None,
        sign_identity: Callable[[Mapping[str, str]], Mapping[str, Any]] | None = None,
        patience: float = PATIENCE,
    ) -> None:
        check_allowed(settings)
        account, token = settings.provider.account_sid, settings.provider.auth_token.get_secret_value()
        self._settings = settings
        self._mailbox = mailbox
        self.news = News()
        if mailbox is not None:
            mailbox.subscribe(lambda *_: self.news.publish("mail", ""))
        self._hooks = Hooks(http, token)
        self.board = Switchboard(
            self._hooks, account=account, url=settings.server.url, patience=patience, watch=self.news.publish
        )
        self.traffic = Traffic(
            self.board,
            sms_to=settings.sms.number if settings.sms.enabled else "",
            call_to=settings.voice.number if settings.voice.enabled else "",
            send_mail=self._mail if mailbox is not None else None,
        )
        country = settings.business.country
        self._provider = ProviderApi(self.board, account=account, auth_token=token, country=country)
        self._api = SandboxApi(
            board=self.board,
            settings=settings,
            traffic=self.traffic,
            news=self.news,
            customers=customers,
            agents=agents,
            mailbox=mailbox,
            sign_identity=sign_identity,
        )

    def mount(self, app: web.Application) -> None:
        """Puts its routes on the application, all of them under /sandbox."""
        app.add_routes([*page_routes(), *self._api.routes(), *self._provider.routes()])
        app.on_shutdown.append(self.news.close)

    async def stop(self) -> None:
        await self.traffic.stop()
        await self.board.stop()
        await self._hooks.stop()

    async def _mail(self, address: str, subject: str, text: str) -> None:
        assert self._mailbox is not None
        to = self._settings.email.address
        await self._mailbox.send(sender=address, sender_name="", to=to, subject=subject, text=text)
