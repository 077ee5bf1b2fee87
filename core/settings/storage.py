"""Settings of the store."""

from typing import Annotated, Literal

from pydantic import Field

from core.settings.basics import Section


class StorageSettings(Section):
    url: str = ""  # sqlite:///path or postgresql://…; empty: sqlite in data_dir
    redis_url: str = ""  # empty: one node
    readers: Annotated[int, Field(ge=1, le=64)] = 4
    group_commit: Annotated[int, Field(ge=1, le=1024)] = 64  # transactions a commit, at most
    synchronous: Literal["FULL", "NORMAL"] = "FULL"
