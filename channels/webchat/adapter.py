"""The web chat as a channel: wires the namespace, the webhooks and the bus together."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import structlog

from channels.contract import Ground, Manifest, Outbound, Sent, Webhook, WebReply, WebRequest
from channels.webchat import assets, files
from channels.webchat.leaving import LEFT, Leaving, forgotten
from channels.webchat.manifest import MANIFEST, MAX_FILE
from channels.webchat.namespace import ChatNamespace, OnTyping
from channels.webchat.rates import Rates
from channels.webchat.send import send
from channels.webchat.session import Sessions
from channels.webchat.talk import NameOf, Names, Talk, conversation_room
from core.errors import NotFound, TryLater
from core.events import Finish, Recorded, TaskHandler
from core.words import ChannelName
from crm.conversations.events import ConversationReopened, HandlerChanged
from routing.events import WorkItemEvent

PLACES_EVERY = 1.0  # seconds between two looks at the line, at most
EMBEDDABLE = {"Cross-Origin-Resource-Policy": "cross-origin"}
log = structlog.get_logger(__name__)


class WebchatChannel:
    """`name_of`: what a customer calls an agent. `on_typing`: hears where a visitor types."""

    def __init__(
        self, *, name_of: NameOf, on_typing: OnTyping | None = None, rates: Rates | None = None
    ) -> None:
        self._names = Names(name_of)
        self._on_typing = on_typing
        self._rates = rates or Rates()
        self._namespace = ChatNamespace()
        self._manifest = MANIFEST
        self._ground: Ground | None = None
        self._talk: Talk | None = None
        self._unsubscribe: Callable[[], None] | None = None
        self._line_moved = asyncio.Event()
        self._watch: asyncio.Task[None] | None = None
        self._assets: dict[str, assets.Asset] = {}

    @property
    def manifest(self) -> Manifest:
        return self._manifest

    def namespaces(self) -> Sequence[ChatNamespace]:
        return (self._namespace,)

    def webhooks(self) -> Sequence[Webhook]:
        """The files' routes, and every file of the widget by its own path."""
        static = [
            Webhook(method="GET", path=f"/widget/static/{name}", handle=partial(self._static, name))
            for name in assets.served()
        ]
        return (
            Webhook(
                method="GET", path="/widget.js", handle=self._loader, summary="The chat's one script tag"
            ),
            Webhook(method="GET", path="/widget/frame", handle=self._frame, summary="The chat's own page"),
            Webhook(method="GET", path="/chat-demo", handle=self._demo, summary="A page to try the chat"),
            Webhook(
                method="POST",
                path="/widget/api/upload",
                handle=self._upload,
                max_body=MAX_FILE + 1,
                summary="A visitor's file, in the body",
            ),
            Webhook(
                method="GET", path="/widget/api/file", handle=self._download, summary="A file of the chat"
            ),
            *static,
        )

    def tasks(self) -> Mapping[str, TaskHandler]:
        """By kind, of (payload, attempts)."""
        return {LEFT: self._look}

    async def _look(self, payload: Mapping[str, Any], attempts: int) -> Finish | None:
        ground, _ = self._running()
        return await Leaving(ground.store, self._namespace).look(payload, attempts)

    async def start(self, ground: Ground) -> None:
        chat = ground.settings.webchat
        sessions = Sessions(
            ground.secret, chat.identity_key.get_secret_value(), ground.settings.business.country
        )
        self._ground, self._talk = ground, Talk(ground, sessions, self._names)
        self._manifest = replace(
            MANIFEST, max_text=chat.max_text, max_attachment=min(chat.max_file, MAX_FILE)
        )
        words = {"business": ground.settings.business.name}
        self._assets = {name: assets.load(name) for name in (*assets.served(), assets.LOADER)}
        self._assets |= {name: assets.load(name, words) for name in (assets.FRAME, assets.DEMO)}
        self._namespace.begin(
            self._talk,
            self._rates,
            partial(ground.count, ChannelName.WEBCHAT),
            self._on_typing,
            ground.settings.server.trusted_proxies,
        )
        self._unsubscribe = ground.bus.subscribe(self._heard)
        self._watch = asyncio.create_task(self._watch_line(), name="webchat-line")
        if ground.receiving:
            await ground.store.write(forgotten, float(chat.gone_after))

    async def stop(self) -> None:
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        self._namespace.end()
        self._talk = None

    async def send(self, outbound: Outbound) -> Sent:
        ground, talk = self._running()
        return await send(self._namespace, talk, ground.store, outbound)

    async def check(self) -> None:
        """Nothing outside this process is needed."""

    async def agent_typing(self, conversation_id: str) -> None:
        """Shows the visitor that an answer is being written."""
        if self._talk is not None and self._namespace.attached:
            await self._namespace.emit(
                "typing", {"thread": conversation_id}, room=conversation_room(conversation_id)
            )

    async def _heard(self, batch: Sequence[Recorded]) -> None:
        for recorded in batch:
            event = recorded.event
            if isinstance(event, HandlerChanged | ConversationReopened):
                await self._namespace.tell_state(event.conversation)
            elif isinstance(event, WorkItemEvent):
                self._line_moved.set()

    async def _watch_line(self) -> None:
        while True:
            await self._line_moved.wait()
            self._line_moved.clear()
            try:
                await self._namespace.tell_places()
            except Exception:
                log.exception("webchat_places_failed")
            await asyncio.sleep(PLACES_EVERY)

    def _running(self) -> tuple[Ground, Talk]:
        if self._ground is None or self._talk is None:
            raise TryLater(service="The web chat", problem="it is not running")
        return self._ground, self._talk

    async def _upload(self, request: WebRequest) -> WebReply:
        _, talk = self._running()
        return await files.upload(self._namespace, talk, self._rates, request)

    async def _download(self, request: WebRequest) -> WebReply:
        ground, talk = self._running()
        return await files.download(talk, ground.store, request)

    async def _loader(self, request: WebRequest) -> WebReply:
        return assets.answer(self._asset(assets.LOADER), request, EMBEDDABLE)

    async def _static(self, name: str, request: WebRequest) -> WebReply:
        return assets.answer(self._asset(name), request, {})

    async def _frame(self, request: WebRequest) -> WebReply:
        ground, _ = self._running()
        policy = assets.frame_policy(ground.settings.webchat.origins, ground.settings.server.url)
        headers = {"Content-Security-Policy": policy, **EMBEDDABLE}
        return assets.answer(self._asset(assets.FRAME), request, headers)

    async def _demo(self, request: WebRequest) -> WebReply:
        ground, _ = self._running()
        if not ground.settings.sandbox.enabled:
            raise NotFound(what="page", id="chat-demo")
        return assets.answer(
            self._asset(assets.DEMO), request, {"Content-Security-Policy": assets.DEMO_POLICY}
        )

    def _asset(self, name: str) -> assets.Asset:
        self._running()
        return self._assets[name]
