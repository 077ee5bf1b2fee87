"""What a telephone call is and bears."""

from channels.contract import Capability, Manifest
from core.words import ChannelName, ContactKind

MANIFEST = Manifest(
    name=ChannelName.VOICE,
    contact_kind=ContactKind.PHONE,
    capabilities=frozenset({Capability.TEXT, Capability.CALL, Capability.DELIVERED}),
    max_text=3000,  # about four minutes of speech, and under what the provider speaks at once (4,096)
    max_inbound=65_536,
)
