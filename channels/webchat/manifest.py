"""What the web chat is, can do and bears."""

from channels.contract import Capability, Manifest
from core.words import ChannelName, ContactKind

MAX_TEXT = 4000  # characters of one message, unless the settings say less or more
MAX_FILE = 10_485_760  # bytes of one file
MAX_PAYLOAD = 65_536  # bytes of one socket message; the largest legal one is a message of MAX_TEXT in UTF-8

MANIFEST = Manifest(
    name=ChannelName.WEBCHAT,
    contact_kind=ContactKind.WEBCHAT,
    capabilities=frozenset(
        {
            Capability.TEXT,
            Capability.ATTACHMENTS,
            Capability.DELIVERED,
            Capability.READ,
            Capability.TYPING,
        }
    ),
    max_text=None,
    max_attachment=MAX_FILE,
    max_inbound=MAX_PAYLOAD,
)
