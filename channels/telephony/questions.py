"""Asking the provider what became of something, because its own word of it may have found nobody here.

Such questions are tasks of a few lanes. A lane asks one thing at a time, and one that is to be asked later keeps its
lane waiting: a provider that wants to be left alone is left alone.
"""

import zlib
from collections.abc import Awaitable
from typing import Any

from channels.telephony.errors import SERVICE
from core.errors import CredentialsBad, Refused, TryLater

LANES = 4  # questions of one kind under way at once, on one node
TRIES = 8  # of one question, before the next of its lane gets its turn
MEND = 30.0  # seconds between tries while the credentials are bad
NOT_KNOWN = "20404"  # the provider's code: there is no such thing


async def ask(question: Awaitable[Any]) -> Any | None:
    """What the provider answers; None for a thing it says it does not know. Raises `TryLater` for all else.

    Only its own word counts: a 404 of whatever else answers at a mistaken address says nothing about the thing.
    """
    try:
        return await question
    except CredentialsBad as error:
        raise TryLater(service=SERVICE, problem=str(error), after=MEND) from error
    except Refused as error:
        if error.facts.get("provider_code") == NOT_KNOWN:
            return None
        raise TryLater(service=SERVICE, problem=str(error), after=None) from error
    # The library reads any JSON as what it asked for.
    except (AttributeError, TypeError, ValueError) as error:
        raise TryLater(service=SERVICE, problem="an answer that is no such thing", after=None) from error


def lane(kind: str, name: str) -> str:
    """Which of the lanes of its kind the question about `name` waits in."""
    return f"{kind}:{zlib.crc32(name.encode()) % LANES}"
