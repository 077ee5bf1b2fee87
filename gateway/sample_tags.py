"""Sample tags, and whom they are on."""

from collections.abc import Mapping
from typing import Any

from core.ids import PartyId, new_id
from crm.tags.model import Colour, Tag
from storage.tags import TAGS, tag_party

ON: Mapping[tuple[str, Colour], tuple[str, ...]] = {
    ("Fidèle", Colour.GREEN): ("Léa Martin", "Amina Diallo", "Karim Haddad", "Oliver Bennett"),
    ("À rappeler", Colour.ORANGE): ("Thomas Girard", "Chloé Vasseur"),
    ("Litige", Colour.RED): ("Julien Perrot",),
    ("Professionnel", Colour.BLUE): ("Karim Haddad", "Margaux Delorme"),
    ("Newsletter", Colour.PURPLE): ("Léa Martin", "Zoé Fontaine", "Grace Whitfield"),
}


def add_tags(tx: Any, parties: Mapping[str, PartyId]) -> None:
    """`parties` are the sample customers by name."""
    for (name, colour), customers in ON.items():
        tag = TAGS.insert(tx, Tag(id=new_id(), name=name, colour=colour, created_at=tx.now))
        for customer in customers:
            tag_party(tx, parties[customer], [tag.id], [])
