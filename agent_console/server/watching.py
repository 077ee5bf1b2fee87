"""Who else looks at a conversation, and who types in it: kept in memory, gathered over all nodes, never stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

TYPING_LASTS = 6.0  # seconds after the last key
OTHERS_LAST = 30.0  # seconds after a node's last word: it may have died


@dataclass(slots=True)
class Watching:
    """This node's consoles by what they show, and what other nodes said of theirs."""

    _shown: dict[str, tuple[str, str]] = field(default_factory=dict)  # sid → (conversation, user)
    _typing: dict[tuple[str, str], float] = field(default_factory=dict)  # (conversation, user) → until
    _others: dict[tuple[str, str], tuple[float, Sequence[Mapping[str, Any]]]] = field(default_factory=dict)

    def watch(self, sid: str, user_id: str, conversation_id: str | None) -> tuple[str, ...]:
        """The console shows this conversation now; answers the conversations whose watchers changed."""
        before = self._shown.pop(sid, None)
        if conversation_id is not None:
            self._shown[sid] = (conversation_id, user_id)
        changed = {before[0]} if before else set()
        if conversation_id is not None:
            changed.add(conversation_id)
        return tuple(sorted(changed))

    def leave(self, sid: str) -> tuple[str, ...]:
        """The console is gone."""
        return self.watch(sid, "", None)

    def type(self, conversation_id: str, user_id: str) -> None:
        """The user touched a key there."""
        self._typing[conversation_id, user_id] = monotonic() + TYPING_LASTS

    def hear(self, node: str, conversation_id: str, users: Sequence[Mapping[str, Any]]) -> None:
        """What another node said of its own watchers."""
        self._others[node, conversation_id] = (monotonic() + OTHERS_LAST, tuple(users))

    def consoles(self, conversation_id: str) -> tuple[str, ...]:
        """This node's sids that show the conversation."""
        return tuple(sid for sid, (shown, _) in self._shown.items() if shown == conversation_id)

    def shown(self) -> tuple[str, ...]:
        """The conversations that this node's consoles show."""
        return tuple(sorted({conversation_id for conversation_id, _ in self._shown.values()}))

    def here(self, conversation_id: str) -> list[dict[str, Any]]:
        """This node's watchers, each once, sorted by id."""
        now = monotonic()
        self._typing = {key: until for key, until in self._typing.items() if until > now}
        users = sorted({user for shown, user in self._shown.values() if shown == conversation_id})
        return [{"id": user, "typing": (conversation_id, user) in self._typing} for user in users]

    def everyone(self, conversation_id: str) -> list[dict[str, Any]]:
        """All nodes' watchers, each once, sorted by id."""
        now = monotonic()
        self._others = {key: said for key, said in self._others.items() if said[0] > now}
        merged: dict[str, bool] = {}
        elsewhere = [
            u for (_, shown), (_, us) in self._others.items() if shown == conversation_id for u in us
        ]
        for user in (*self.here(conversation_id), *elsewhere):
            merged[str(user["id"])] = merged.get(str(user["id"]), False) or bool(user["typing"])
        return [{"id": user_id, "typing": merged[user_id]} for user_id in sorted(merged)]
