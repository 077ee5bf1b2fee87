"""Why nothing can be committed, for `/readyz`: a store that is locked or full still answers every read."""

from time import monotonic

LASTS = 30.0  # seconds: a node without traffic must become ready again, or nothing would ever prove it well


class Trouble:
    """The last commit, if it failed a short while ago."""

    def __init__(self) -> None:
        self._problem = ""
        self._at = 0.0

    def failed(self, problem: str) -> None:
        self._problem, self._at = problem, monotonic()

    def over(self) -> None:
        self._problem = ""

    def __str__(self) -> str:
        """Empty when all is well."""
        return self._problem if monotonic() - self._at < LASTS else ""
