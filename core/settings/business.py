"""Settings of the business that is served."""

from typing import Annotated, Literal

from pydantic import Field

from core.settings.basics import Clock24, Section
from core.words import Language

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri")
DAY = [("09:00", "12:30"), ("13:30", "18:00")]


class BusinessSettings(Section):
    name: str = "Filrouge"
    language: Language = Language.FR
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "FR"  # telephone numbers without +
    time_zone: str = "Europe/Paris"
    hours: dict[Day, list[tuple[Clock24, Clock24]]] = Field(
        default_factory=lambda: dict.fromkeys(WEEKDAYS, DAY)
    )
