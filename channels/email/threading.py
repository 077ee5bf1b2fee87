"""How an answer finds its conversation: a signed reply address, and Message-IDs we know again.

A reply address is `local+c.<conversation>.<mac>@domain`: the conversation's UUID in base32 and 80 bits of an
HMAC-SHA256 over it and the address, so that nobody can make one up. It only says where the mail wants to go;
whether its sender may is decided in the contact history.
"""

import base64
import binascii
import hmac
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.message import Message

from channels.email.headers import MAX_ID, message_ids

MAX_LOCAL = 64  # octets, RFC 5321 §4.5.3.1.1
MAC_LENGTH = 16  # letters of base32
PURPOSE = b"filrouge e-mail reply address\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """Our mailbox, and the secret that signs its reply addresses."""

    address: str
    secret: str = field(repr=False)

    @property
    def local(self) -> str:
        return self.address.rpartition("@")[0].lower()

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2].lower()

    def is_ours(self, address: str) -> bool:
        """Our address, with or without a + part."""
        local, _, domain = address.lower().rpartition("@")
        return domain == self.domain and local.partition("+")[0] == self.local

    def reply_address(self, conversation_id: str) -> str | None:
        """The signed address; None where it would be longer than mail allows."""
        try:
            token = _letters(uuid.UUID(conversation_id).bytes)
        except ValueError:
            return None
        local = f"{self.local}+c.{token}.{self._mac(token)}"
        return f"{local}@{self.domain}" if len(local) <= MAX_LOCAL else None

    def conversation_of(self, addresses: Iterable[str]) -> str | None:
        """The conversation of the first address that is signed by us."""
        for address in addresses:
            if not self.is_ours(address):
                continue
            kind, _, rest = address.lower().rpartition("@")[0].partition("+")[2].partition(".")
            token, _, mac = rest.partition(".")
            if kind == "c" and hmac.compare_digest(mac.encode(), self._mac(token).encode()):
                return _conversation(token)
        return None

    def message_id(self, delivery_id: str) -> str:
        """Without brackets; made of the delivery alone, so that a second attempt is the same mail."""
        return f"{delivery_id}@{self.domain}"

    def delivery_of(self, message_id: str) -> str | None:
        """The delivery whose mail has this Message-ID, if it can be one of ours."""
        local, _, domain = message_id.rpartition("@")
        try:
            return str(uuid.UUID(local)) if domain.lower() == self.domain else None
        except ValueError:
            return None

    def _mac(self, token: str) -> str:
        mac = hmac.digest(
            self.secret.encode(), PURPOSE + f"{self.address.lower()}\0{token}".encode(), "sha256"
        )
        return _letters(mac)[:MAC_LENGTH]


def refers_to(own: Own, head: Message, addressed_to: Iterable[str]) -> tuple[str, ...]:
    """References to a conversation, best first; a mail's own Message-ID last, for a copy that came another way."""
    conversation = own.conversation_of(addressed_to)
    answered = message_ids(head, "In-Reply-To")
    earlier = reversed(message_ids(head, "References"))
    ids = dict.fromkeys((*answered, *earlier, *message_ids(head, "Message-ID")[:1]))
    return (*((f"conv:{conversation}",) if conversation else ()), *(f"mid:{item}" for item in ids))


def message_id(head: Message) -> str:
    """The mail's own Message-ID without brackets, "" when it has none that can be used."""
    own = message_ids(head, "Message-ID")
    return own[0][:MAX_ID] if own else ""


def _letters(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=").lower()


def _conversation(token: str) -> str | None:
    try:
        return str(uuid.UUID(bytes=base64.b32decode(token.upper() + "=" * (-len(token) % 8))))
    except (binascii.Error, ValueError):
        return None
