"""What e-mail is and can do."""

from channels.contract import Capability, Manifest
from core.words import ChannelName, ContactKind

MANIFEST = Manifest(
    name=ChannelName.EMAIL,
    contact_kind=ContactKind.EMAIL,
    capabilities=frozenset({Capability.TEXT, Capability.HTML, Capability.ATTACHMENTS, Capability.SUBJECT}),
    max_attachment=20_971_520,  # a third is lost to base64, and most servers stop at 25–35 MB
    max_inbound=26_214_400,
)
