"""A list as someone arranged it: filter, order and columns, under a name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """`list` says which list it is of; `settings` are the console's own words. A shared one is everybody's to use."""

    id: str
    list: str
    name: str
    owner_id: str
    shared: bool
    settings: Mapping[str, Any]
    created_at: datetime
    version: int = 1
