"""What a tag is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MOST = 20  # tags on one customer or one conversation


class Colour(StrEnum):
    """Names, not values: the console shows each in a shade that reads well on its background."""

    GREY = "grey"
    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    GREEN = "green"
    TEAL = "teal"
    BLUE = "blue"
    PURPLE = "purple"
    PINK = "pink"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """`name` is unique without case and accents."""

    id: str
    name: str
    colour: Colour
    created_at: datetime
    version: int = 1
