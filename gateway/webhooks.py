"""The channels' public routes on aiohttp: bounded bodies, the public URL that signatures cover, outcomes counted."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from aiohttp import web

from channels.contract import Channel, Webhook, WebReply, WebRequest
from core.errors import BadSignature, FilrougeError, Malformed, StoreUnavailable, TooLarge
from core.settings import ServerSettings
from gateway.errors import error_response
from gateway.metrics import Metrics
from gateway.remote import address_of
from gateway.routes import read_bounded
from gateway.security_headers import page_policy

log = structlog.get_logger(__name__)
Endpoint = Callable[[web.Request], Awaitable[web.StreamResponse]]
OUTCOMES: Sequence[tuple[type[FilrougeError], str]] = (
    (BadSignature, "bad_signature"),
    (Malformed, "malformed"),
    (TooLarge, "too_large"),
    (StoreUnavailable, "store_unavailable"),
)


def mount_webhooks(
    app: web.Application, channels: Sequence[Channel], settings: ServerSettings, metrics: Metrics
) -> None:
    """Puts every channel's webhooks on the application."""
    for webhook in webhooks_of(channels):
        app.router.add_route(webhook.method, webhook.path, _endpoint(webhook, settings, metrics))


def webhooks_of(channels: Sequence[Channel]) -> tuple[Webhook, ...]:
    """All of them, in the channels' order."""
    return tuple(webhook for channel in channels for webhook in channel.webhooks())


def _endpoint(webhook: Webhook, settings: ServerSettings, metrics: Metrics) -> Endpoint:
    async def endpoint(request: web.Request) -> web.StreamResponse:
        try:
            body = await read_bounded(request, webhook.max_body, "body")
            reply = await webhook.handle(_as_seen(request, body, settings))
        except FilrougeError as error:
            outcome = _outcome(error)
            metrics.webhooks.labels(webhook.path, outcome).inc()
            log.warning("webhook_refused", path=webhook.path, outcome=outcome, problem=str(error))
            return error_response(error)
        except Exception:
            metrics.webhooks.labels(webhook.path, "failed").inc()
            raise
        metrics.webhooks.labels(webhook.path, "ok" if reply.status < 400 else "refused").inc()
        return _as_response(reply)

    return endpoint


def _outcome(error: FilrougeError) -> str:
    return next((name for kind, name in OUTCOMES if isinstance(error, kind)), error.code)


def _as_seen(request: web.Request, body: bytes, settings: ServerSettings) -> WebRequest:
    """The request with the URL that its sender called, which is what they signed, not what a proxy made of it."""
    return WebRequest(
        method=request.method,
        path=request.path,
        url=settings.url + request.raw_path,
        headers={name.lower(): value for name, value in request.headers.items()},
        query=dict(request.query),
        body=body,
        remote=address_of(request, settings.trusted_proxies),
    )


def _as_response(reply: WebReply) -> web.Response:
    body = reply.body.encode() if isinstance(reply.body, str) else reply.body
    headers: dict[str, Any] = dict(reply.headers)
    content_type = reply.content_type
    if "charset" not in content_type and content_type.startswith("text/"):
        content_type += "; charset=utf-8"
    if content_type.startswith("text/html") and "Content-Security-Policy" not in headers:
        headers["Content-Security-Policy"] = page_policy(body.decode("utf-8", "replace"))
    headers["Content-Type"] = content_type
    return web.Response(status=reply.status, body=body, headers=headers)
