"""The two addresses the provider calls: a message came in, and what became of one of ours."""

from collections.abc import Callable, Sequence

from channels.contract import Ground, Webhook, WebReply, WebRequest
from channels.sms.manifest import MANIFEST
from channels.sms.parse import Status, parse_message, parse_status
from channels.telephony.signature import verified_form
from core.errors import NotFound
from core.words import ChannelName
from crm.conversations.accept import accept
from crm.conversations.model import DeliveryState
from crm.conversations.reply import record_status

INCOMING = "/webhooks/sms/incoming"
STATUS = "/webhooks/sms/status"
NOTHING_TO_SAY = WebReply(
    body='<?xml version="1.0" encoding="UTF-8"?><Response/>', content_type="application/xml"
)


class SmsWebhooks:
    """Answers the provider only after the store committed."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._token = ground.settings.provider.auth_token.get_secret_value()

    async def incoming(self, request: WebRequest) -> WebReply:
        form = verified_form(request, self._token)
        country = self._ground.settings.business.country
        inbound = parse_message(form, country=country, now=self._ground.clock.now())
        accepted = await self._ground.store.write(accept, inbound, self._ground.limits)
        self._ground.count(ChannelName.SMS, "duplicate" if accepted.duplicate else "accepted")
        return NOTHING_TO_SAY

    async def status(self, request: WebRequest) -> WebReply:
        form = verified_form(request, self._token)
        status = parse_status(form, request.query.get("delivery", ""))
        if status.state is None:
            self._ground.count(ChannelName.SMS, "unknown_status")
            return WebReply(status=204)
        known = await self._record(status, status.state)
        self._ground.count(ChannelName.SMS, "status" if known else "status_of_unknown_delivery")
        return WebReply(status=204)

    async def _record(self, status: Status, state: DeliveryState) -> bool:
        try:
            return await self._ground.store.write(
                record_status,
                ChannelName.SMS,
                state,
                provider_id=status.provider_id,
                delivery_id=status.delivery_id,
                reason=status.reason,
            )
        except NotFound:  # our address named a delivery that is not there: not the provider's fault
            return False


def routes(hooks: Callable[[], SmsWebhooks]) -> Sequence[Webhook]:
    """The routes; `hooks` gives the handlers of the running channel."""
    return (
        Webhook(
            method="POST",
            path=INCOMING,
            handle=lambda request: hooks().incoming(request),
            max_body=MANIFEST.max_inbound,
            summary="A text message came in (signed form of the telephone provider)",
        ),
        Webhook(
            method="POST",
            path=STATUS,
            handle=lambda request: hooks().status(request),
            max_body=MANIFEST.max_inbound,
            summary="What became of a text message of ours (signed form of the telephone provider)",
        ),
    )
