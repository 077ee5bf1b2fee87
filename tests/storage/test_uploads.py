"""Uploads are forgotten with their bytes after a day; bytes that anything points at stay, whoever comes when."""

import asyncio
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import create_async_engine

from core.ids import UserId
from core.store import Store
from core.words import ChannelName
from crm.conversations.accept import accept
from crm.conversations.inbound import InboundFile
from crm.conversations.joining import Limits
from storage.blobs import keep_blob
from storage.engine.postgres import async_url
from storage.schema import attachments, blobs, uploads
from storage.uploads import forget_uploads, keep_upload
from tests.fixtures import add_entry_point, add_queue, add_user, an_inbound, open_for_test, postgres_settings

PLAN = InboundFile(name="plan.pdf", content_type="application/pdf", data=b"the plan")
LIST = InboundFile(name="list.txt", content_type="text/plain", data=b"the list")


@pytest.fixture
async def user(any_store: Store) -> UserId:
    queue = await add_queue(any_store)
    await add_entry_point(any_store, queue, ChannelName.SMS)
    return await add_user(any_store, queues=[queue])


async def upload(store: Store, user: UserId, file: InboundFile, *, days_ago: float = 0) -> None:
    upload_id = await store.write(keep_upload, user, file)
    mine = uploads.update().where(uploads.c.id == upload_id)
    await store.write(lambda tx: tx.conn.execute(mine.values(at=tx.now - timedelta(days=days_ago))) and None)


def attach(file: InboundFile) -> Any:
    """A customer sends the file; a reply keeps its files in the same way."""
    return lambda tx: accept(tx, an_inbound(files=(file,)), Limits())


async def forget(store: Store, limit: int = 20) -> int:
    return await store.write(lambda tx: forget_uploads(tx, tx.now - timedelta(days=1), limit))


async def kept(store: Store) -> set[bytes]:
    return set(await store.read(lambda tx: tx.conn.execute(select(blobs.c.data)).scalars().all()))


async def test_what_was_uploaded_and_never_sent_is_forgotten_after_a_day(
    any_store: Store, user: UserId
) -> None:
    await upload(any_store, user, PLAN, days_ago=1.1)
    await upload(any_store, user, LIST, days_ago=0.9)
    assert await forget(any_store) == 1
    assert await kept(any_store) == {LIST.data}


async def test_bytes_that_were_sent_stay(any_store: Store, user: UserId) -> None:
    await upload(any_store, user, PLAN, days_ago=2)
    await any_store.write(attach(PLAN))
    assert await forget(any_store) == 1
    assert await kept(any_store) == {PLAN.data}


async def test_bytes_that_were_uploaded_again_stay(any_store: Store, user: UserId) -> None:
    await upload(any_store, user, PLAN, days_ago=2)
    await upload(any_store, user, PLAN)
    assert await forget(any_store) == 1
    assert await kept(any_store) == {PLAN.data}


async def test_it_goes_in_small_steps_the_oldest_first(any_store: Store, user: UserId) -> None:
    for number in range(5):
        file = InboundFile(name="x", content_type="text/plain", data=b"%d" % number)
        await upload(any_store, user, file, days_ago=9 - number)
    assert await forget(any_store, limit=2) == 2
    assert await kept(any_store) == {b"2", b"3", b"4"}
    assert [await forget(any_store, limit=2) for _ in range(3)] == [2, 1, 0]


async def test_forgetting_while_the_same_files_are_sent_and_uploaded_loses_none(
    any_store: Store, user: UserId
) -> None:
    files = [InboundFile(name="x", content_type="text/plain", data=b"%d" % n) for n in range(8)]
    for _ in range(3):
        for file in files:
            await upload(any_store, user, file, days_ago=2)
        keeping = [any_store.write(attach(file)) for file in files[:4]]
        keeping += [any_store.write(keep_upload, user, file) for file in files[2:6]]
        forgetting = [forget(any_store, 3) for _ in keeping]
        await asyncio.gather(*keeping, *forgetting)
        await forget(any_store)

    assert await kept(any_store) == {file.data for file in files[:6]}
    assert await any_store.read(dangling) == 0


async def test_who_forgets_waits_for_who_keeps_the_same_bytes(postgres_url: str, tmp_path: Any) -> None:
    """On PostgreSQL, where the two really run at once: the one who keeps has not yet said what points at them."""
    opened = await open_for_test(postgres_settings(postgres_url, tmp_path))
    user = await add_user(opened.store)
    await upload(opened.store, user, PLAN, days_ago=2)
    fresh = {"id": "new", "user_id": user, "name": "", "content_type": "", "size": 8, "sha256": digest(PLAN)}
    engine = create_async_engine(async_url(postgres_url))
    async with engine.begin() as conn:
        await conn.run_sync(lambda c: keep_blob(c, digest(PLAN), PLAN.data))
        forgetting = asyncio.create_task(forget(opened.store))
        await asyncio.sleep(0.3)
        waited = not forgetting.done()
        await conn.execute(uploads.insert().values({**fresh, "at": func.now()}))
    forgotten = await forgetting
    left = await kept(opened.store)
    await engine.dispose()
    await opened.close()
    assert (waited, forgotten, left) == (True, 1, {PLAN.data})


def digest(file: InboundFile) -> str:
    return sha256(file.data).hexdigest()


def dangling(tx: Any) -> int:
    """Attachments and uploads whose bytes are gone."""
    lost = 0
    for table in (attachments, uploads):
        whole = table.outerjoin(blobs, blobs.c.sha256 == table.c.sha256)
        query = select(func.count()).select_from(whole).where(blobs.c.sha256.is_(None))
        lost += tx.conn.execute(query).scalar_one()
    return lost
