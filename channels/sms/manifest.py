"""What SMS is and bears."""

from channels.contract import Capability, Manifest
from core.words import ChannelName, ContactKind

MANIFEST = Manifest(
    name=ChannelName.SMS,
    contact_kind=ContactKind.PHONE,
    capabilities=frozenset({Capability.TEXT, Capability.DELIVERED}),
    max_text=1600,  # what the provider takes in one request, whatever the segments
    max_inbound=65_536,
)
