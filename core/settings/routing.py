"""Settings of routing."""

from typing import Annotated

from pydantic import Field

from core.settings.basics import Seconds, Section


class RoutingSettings(Section):
    misses_before_break: Annotated[int, Field(ge=1)] = 3
    unreachable_after: Seconds = 45.0  # a console silent that long: its agent is unreachable
    return_after: Seconds = 120.0  # unreachable that long: their conversations go back to their queues
    wrap_up: Annotated[float, Field(ge=0)] = 30.0
