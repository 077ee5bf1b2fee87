"""What was set aside: listed, read as it came, taken in again."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from core.bus import Bus
from core.ids import new_id
from core.store import Store
from core.words import ChannelName
from crm.conversations.model import SetAsideItem
from tests.fixtures import sqlite_settings
from tests.gateway.front import Front, Person


def a_poison_mail() -> SetAsideItem:
    return SetAsideItem(
        id=new_id(),
        channel=ChannelName.EMAIL,
        account="inbox",
        provider_id="1",
        reason="no sender",
        raw=b"\xff\x00mail",
        at=datetime.now(UTC),
    )


async def test_what_was_set_aside_is_listed_and_read_as_it_came(front: Front, admin: Person):
    item = a_poison_mail()
    await front.store.write(lambda tx: tx.set_aside.insert(item))
    listed = (await admin.get("/api/v1/set-aside"))["items"]
    raw = await admin.call("GET", f"/api/v1/set-aside/{item.id}/raw")

    assert [(i["id"], i["reason"], i["size"]) for i in listed] == [(item.id, "no sender", 6)]
    assert raw.body == item.raw
    assert raw.headers["Content-Disposition"].startswith("attachment")


async def test_it_is_taken_in_again_when_its_channel_can(store: Store, bus: Bus, tmp_path: Path):
    taken = []

    async def replay(item: SetAsideItem) -> None:
        taken.append(item)

    front = await Front.open(store, bus, sqlite_settings(tmp_path), replays={ChannelName.EMAIL: replay})
    leader, item = await front.person("supervisor"), a_poison_mail()
    other = replace(item, id=new_id(), channel=ChannelName.SMS)
    await store.write(lambda tx: (tx.set_aside.insert(item), tx.set_aside.insert(other)))
    answer = await leader.call("POST", f"/api/v1/set-aside/{item.id}/replay")
    refused = await leader.call("POST", f"/api/v1/set-aside/{other.id}/replay")
    listed = {i["id"]: i for i in (await leader.get("/api/v1/set-aside"))["items"]}
    await front.close()

    assert (answer.status, refused.status) == (200, 409)
    assert taken == [item]
    assert listed[item.id]["replayed_at"] is not None
