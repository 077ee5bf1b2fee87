"""Who is on the other end: a session that outlives reloads and, where the site signs it, a verified customer.

A session token is ours (signed with the service's secret). An identity is the site's: HMAC-SHA256, in hex,
with the key both know, over the lines kind, value, name and expiry. A session that was verified belongs to
that customer alone: on the same browser, another customer or nobody gets a new one.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any

from itsdangerous import BadData, URLSafeTimedSerializer
from pydantic import Field

from channels.webchat.payload import Payload
from core.errors import BadSignature, InvalidInput
from core.ids import new_id
from core.words import Assurance, ContactKind
from crm.identity.normalise import email_address, phone_address
from crm.parties.model import Address

SESSION_AGE = 180 * 86_400  # seconds
TICKET_AGE = 86_400
SALTS = {"session": "webchat.session", "upload": "webchat.upload", "file": "webchat.file"}
Line = Annotated[str, Field(max_length=254, pattern=r"^[^\r\n]*$")]


class SignedIdentity(Payload):
    """Who the site says its signed-in visitor is. Exactly one of `email` and `phone`."""

    email: Line = ""
    phone: Line = ""
    name: Line = ""
    expires: Annotated[int, Field(ge=0, le=2**40)] = 0  # Unix time
    signature: Annotated[str, Field(max_length=128)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A visitor's thread with us. `who` is empty, or names the verified customer it belongs to (a digest)."""

    id: str
    who: str = ""

    @property
    def room(self) -> str:
        return f"session:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Whom their messages come from."""

    address: Address
    name: str = ""
    assurance: Assurance = Assurance.UNVERIFIED

    @property
    def verified(self) -> bool:
        return self.assurance is Assurance.VERIFIED


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A session. `renewed` says why it is not the one asked for; `refused` why nobody is verified."""

    session: Session
    sender: Sender
    token: str
    upload_ticket: str
    renewed: str = ""  # "token" or "identity"
    refused: str = ""


def sign_identity(key: str, identity: dict[str, Any]) -> str:
    """The signature a site puts on an identity; the reference for its own code."""
    kind = "email" if identity.get("email") else "phone"
    parts = (kind, identity.get(kind, ""), identity.get("name", ""), str(identity.get("expires", 0)))
    return hmac.new(key.encode(), "\n".join(parts).encode(), sha256).hexdigest()


class Sessions:
    """Opens sessions and signs what visitors bring back."""

    def __init__(self, secret: str, identity_key: str, country: str) -> None:
        self._signers = {use: URLSafeTimedSerializer(secret, salt=salt) for use, salt in SALTS.items()}
        self._identity_key = identity_key
        self._country = country

    def open(self, token: str | None, identity: SignedIdentity | None, now: datetime) -> Opened:
        """The session of the token, unless it is nobody's or another customer's: then a new one."""
        session, renewed = self._session(token)
        sender, refused = self._verified(identity, now, session)
        who = _digest(sender.address) if sender else ""
        if session is not None and session.who != who:
            session, renewed = None, "identity"
        session = session or Session(id=new_id(), who=who)
        sender = sender or Sender(address=Address(kind=ContactKind.WEBCHAT, value=session.id))
        return Opened(
            session=session,
            sender=sender,
            token=self._sign("session", {"s": session.id, "w": session.who}),
            upload_ticket=self._upload_ticket(session, sender),
            renewed=renewed,
            refused=refused,
        )

    def uploader(self, ticket: str) -> tuple[Session, Sender]:
        """Who may upload with this ticket; raises `BadSignature`."""
        facts = self._load("upload", ticket, TICKET_AGE)
        address = Address(kind=ContactKind(facts["k"]), value=facts["v"])
        sender = Sender(address=address, name=facts["n"], assurance=Assurance(facts["a"]))
        return Session(id=facts["s"], who=facts["w"]), sender

    def file_ticket(self, exchange_id: str, attachment_id: str) -> str:
        return self._sign("file", [exchange_id, attachment_id])

    def file_of(self, ticket: str) -> tuple[str, str]:
        """(exchange, attachment) that the ticket opens; raises `BadSignature`."""
        exchange_id, attachment_id = self._load("file", ticket, TICKET_AGE)
        return exchange_id, attachment_id

    def _session(self, token: str | None) -> tuple[Session | None, str]:
        if not token:
            return None, ""
        try:
            facts = self._load("session", token, SESSION_AGE)
        except BadSignature:
            return None, "token"
        return Session(id=facts["s"], who=facts["w"]), ""

    def _verified(
        self, identity: SignedIdentity | None, now: datetime, session: Session | None
    ) -> tuple[Sender | None, str]:
        """The customer the site vouches for. An expired identity still continues the session it began."""
        if identity is None:
            return None, ""
        if not self._identity_key:
            return None, "no identity_key is configured"
        expected = sign_identity(self._identity_key, identity.model_dump())
        if not hmac.compare_digest(expected.encode(), identity.signature.lower().encode()):
            return None, "the signature does not match"
        try:
            address = _address(identity, self._country)
        except InvalidInput as error:
            return None, str(error)
        continues = session is not None and session.who == _digest(address)
        if identity.expires < now.timestamp() and not continues:
            return None, "it has expired"
        return Sender(address=address, name=identity.name.strip(), assurance=Assurance.VERIFIED), ""

    def _upload_ticket(self, session: Session, sender: Sender) -> str:
        facts = {
            "s": session.id,
            "w": session.who,
            "k": sender.address.kind.value,
            "v": sender.address.value,
            "n": sender.name,
            "a": sender.assurance.value,
        }
        return self._sign("upload", facts)

    def _sign(self, use: str, facts: object) -> str:
        return str(self._signers[use].dumps(facts))

    def _load(self, use: str, token: str, max_age: int) -> Any:
        try:
            return self._signers[use].loads(token, max_age=max_age)
        except (BadData, UnicodeError) as error:
            raise BadSignature(what=f"chat {use}") from error


def _address(identity: SignedIdentity, country: str) -> Address:
    if bool(identity.email) == bool(identity.phone):
        raise InvalidInput(problem="An identity has either an email or a phone")
    return email_address(identity.email) if identity.email else phone_address(identity.phone, country)


def _digest(address: Address) -> str:
    return sha256(f"{address.kind.value}:{address.value}".encode()).hexdigest()[:32]
