"""Who reacts to what inside the same transaction: the one place where the rooms' reactions meet."""

from filrouge.storage.transaction import Reactions


def production_reactions() -> Reactions:
    """The reactions of the product, in the order they run."""
    return {}
