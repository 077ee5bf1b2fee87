"""About how many parties there are: what the chance of a namesake depends on."""

from time import monotonic

from core.store import Store
from storage.duplicates import base_size

COUNT_EVERY = 600.0  # seconds between two counts of the whole base


class BaseSize:
    def __init__(self) -> None:
        self._size = 0
        self._counted = -COUNT_EVERY

    async def size(self, store: Store) -> int:
        if monotonic() - self._counted >= COUNT_EVERY:
            self._size = await store.read(base_size)
            self._counted = monotonic()
        return self._size
