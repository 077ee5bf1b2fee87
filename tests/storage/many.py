"""Many customers at once, for lists and long work."""

from typing import Any

from core.folding import sort_key, words_of
from core.ids import new_id
from core.store import Store
from storage.schema import parties, party_words


async def add_parties(store: Store, count: int, name: str = "Client") -> list[str]:
    """`Client 00000`, `Client 00001` …; answers their ids in that order."""
    ids = [new_id() for _ in range(count)]

    def insert(tx: Any) -> None:
        rows = [
            {
                "id": party_id,
                "kind": "person",
                "name": f"{name} {number:05}",
                "language": "fr",
                "created_at": tx.now,
                "merged_into": None,
                "sort_name": sort_key(f"{name} {number:05}"),
            }
            for number, party_id in enumerate(ids)
        ]
        tx.conn.execute(parties.insert(), rows)
        words = [{"party_id": row["id"], "word": word} for row in rows for word in words_of(row["name"])]
        tx.conn.execute(party_words.insert(), words)

    await store.write(insert)
    return ids
