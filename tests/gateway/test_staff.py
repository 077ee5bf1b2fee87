"""Users, queues and entry points: what leaders change, and what that changes."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.bus import Bus
from core.errors import LastAdministrator
from core.ids import UserId, new_id
from core.store import Store
from core.words import ChannelName, Role
from crm.conversations.model import SetAsideItem
from routing.model import Presence, Queue
from storage import users
from tests.fixtures import sqlite_settings
from tests.gateway.front import PASSWORD, Front, Person

NEW = {"login": "Lea.Petit", "name": "Léa Petit", "password": PASSWORD, "roles": ["agent", "supervisor"]}


async def test_a_new_user_can_sign_in_and_work(front: Front, admin: Person):
    user = (await admin.post("/api/v1/users", **NEW))["user"]
    person = front.nobody()
    person.login = "lea.petit"

    assert (await person.sign_in()).status == 200
    assert user["agent"] is True
    assert (await person.get("/api/v1/console/snapshot"))["me"]["agent"]["presence"] == "offline"


async def test_no_answer_ever_holds_a_password(admin: Person):
    answer = await admin.post("/api/v1/users", **NEW)
    everyone = await admin.get("/api/v1/users")

    assert "password" not in str(answer)
    assert "argon2" not in str(everyone)


async def test_a_login_is_given_once(admin: Person):
    await admin.post("/api/v1/users", **NEW)
    answer = await admin.call("POST", "/api/v1/users", json=NEW)

    assert (answer.status, answer.code) == (422, "login_taken")


async def test_a_short_password_is_refused(admin: Person):
    answer = await admin.call("POST", "/api/v1/users", json={**NEW, "password": "short"})

    assert (answer.status, answer.code) == (422, "password_length")
    assert answer.body["error"]["details"] == [{"shortest": 10, "longest": 1024}]


async def test_an_administrator_cannot_lock_himself_out(admin: Person):
    for change in ({"active": False}, {"roles": ["agent"]}):
        answer = await admin.call("PATCH", f"/api/v1/users/{admin.id}", json=change)
        assert answer.status == 403


async def test_two_administrators_cannot_lock_each_other_out(front: Front, admin: Person):
    other = await front.person("admin", name="Noé Petit")
    answers = await asyncio.gather(
        admin.call("PATCH", f"/api/v1/users/{other.id}", json={"roles": ["agent"]}),
        other.call("PATCH", f"/api/v1/users/{admin.id}", json={"active": False}),
    )
    left = await front.store.read(users.all_users)

    assert sorted(answer.status for answer in answers) in ([200, 401], [200, 403], [200, 409])
    assert sum(user.active and Role.ADMIN in user.roles for user in left) == 1


async def test_the_last_administrator_stays(front: Front, admin: Person):
    user = await front.store.read(users.get_user, UserId(admin.id))

    with pytest.raises(LastAdministrator):
        await front.store.write(users.keep_an_administrator, user)


async def test_a_deactivated_agent_is_out_and_off_duty_and_comes_back_as_he_was(
    front: Front, admin: Person, queue: Queue
):
    agent = await front.person("agent", name="Léo Petit", queues=[queue])
    await agent.call("PUT", "/api/v1/presence", json={"presence": "available"})
    await admin.call("PATCH", f"/api/v1/users/{agent.id}", json={"active": False})
    off_duty = await front.store.read(lambda tx: tx.agents.get(UserId(agent.id)).presence)
    refused = await agent.call("GET", "/api/v1/me"), await agent.sign_in()
    back = await admin.call("PATCH", f"/api/v1/users/{agent.id}", json={"active": True})

    assert off_duty is Presence.OFFLINE
    assert [answer.status for answer in refused] == [401, 401]
    assert back.body["user"]["queues"] == [queue.id]
    assert (await agent.sign_in()).status == 200


async def test_who_is_no_agent_any_more_leaves_his_queues(front: Front, admin: Person, queue: Queue):
    agent = await front.person("agent", name="Léo Petit", queues=[queue])
    answer = await admin.call("PATCH", f"/api/v1/users/{agent.id}", json={"roles": ["supervisor"]})

    assert (answer.body["user"]["agent"], answer.body["user"]["queues"]) == (False, [])


async def test_a_new_role_ends_the_sessions_that_had_the_old_one(agent: Person, admin: Person):
    await admin.call("PATCH", f"/api/v1/users/{agent.id}", json={"roles": ["designer"]})

    assert (await agent.call("GET", "/api/v1/me")).status == 401


async def test_a_queue_is_added_changed_and_staffed(front: Front, admin: Person, agent: Person):
    queue = (await admin.post("/api/v1/queues", name="Ventes", target_seconds=30))["queue"]
    at = f"/api/v1/queues/{queue['id']}"
    await admin.call("PATCH", at, json={"language": "en", "offer_seconds": {"voice": 15}})
    staffed = (await admin.call("PUT", f"{at}/members/{agent.id}", json={"rank": 2})).body["queue"]
    empty = (await admin.call("PUT", f"{at}/members/{agent.id}", json={"rank": 0})).body["queue"]

    assert (staffed["name"], staffed["language"], staffed["offer_seconds"]) == ("Ventes", "en", {"voice": 15})
    assert staffed["members"] == [{"user_id": agent.id, "rank": 2}]
    assert empty["members"] == []


async def test_two_queues_do_not_share_a_name(admin: Person, queue: Queue):
    answer = await admin.call("POST", "/api/v1/queues", json={"name": queue.name})

    assert (answer.status, answer.code) == (422, "name_taken")


async def test_only_agents_join_queues(front: Front, admin: Person, queue: Queue):
    answer = await admin.call("PUT", f"/api/v1/queues/{queue.id}/members/{admin.id}", json={"rank": 1})

    assert (answer.status, answer.code) == (422, "not_an_agent")


async def test_skills_are_set_by_level(admin: Person, agent: Person):
    answer = await admin.call(
        "PUT", f"/api/v1/users/{agent.id}/skills", json={"skills": {"fr": 5, "billing": 2}}
    )
    wrong = await admin.call("PUT", f"/api/v1/users/{agent.id}/skills", json={"skills": {"fr": 6}})

    assert answer.body["user"]["skills"] == {"billing": 2, "fr": 5}
    assert wrong.status == 422


async def test_a_change_of_one_skill_leaves_the_others(admin: Person, agent: Person):
    at = f"/api/v1/users/{agent.id}/skills"
    await admin.call("PUT", at, json={"skills": {"fr": 5, "billing": 2, "sales": 1}})
    answer = await admin.call("PATCH", at, json={"skills": {"billing": 4, "sales": 0}})

    assert answer.body["user"]["skills"] == {"billing": 4, "fr": 5}


async def test_a_change_of_one_deadline_leaves_the_others(admin: Person, queue: Queue):
    at = f"/api/v1/queues/{queue.id}"
    await admin.call("PATCH", at, json={"offer_seconds": {"voice": 15, "sms": 90}})
    answer = await admin.call("PATCH", at, json={"offer_seconds": {"email": 600, "sms": None}})

    assert answer.body["queue"]["offer_seconds"] == {"voice": 15, "email": 600}


async def test_an_address_is_forgotten_and_its_channel_stays(admin: Person, queue: Queue):
    general = {"channel": "sms", "address": "", "queue_id": queue.id, "bot": ""}
    await admin.call("PUT", "/api/v1/entry-points", json=general)
    await admin.call("PUT", "/api/v1/entry-points", json={**general, "address": "+33199000000"})
    at = "/api/v1/entry-points"
    refused = await admin.call("DELETE", at, params={"channel": "sms", "address": ""})
    answer = await admin.call("DELETE", at, params={"channel": "sms", "address": "+33199000000"})

    assert refused.status == 422
    assert answer.body["items"] == [general]


async def test_an_entry_point_leads_to_a_queue_that_is_there(admin: Person, queue: Queue):
    body = {"channel": "sms", "address": "+33199000000", "queue_id": queue.id, "bot": "firstline"}
    entry = (await admin.call("PUT", "/api/v1/entry-points", json=body)).body["items"]
    wrong = await admin.call("PUT", "/api/v1/entry-points", json={**body, "queue_id": "none"})

    assert entry == [body]
    assert wrong.status == 404


async def test_what_leaders_do_is_in_the_audit_log_page_by_page(front: Front, admin: Person, agent: Person):
    for level in range(1, 4):
        await admin.call("PUT", f"/api/v1/users/{agent.id}/skills", json={"skills": {"fr": level}})
    page = await admin.get("/api/v1/audit")
    older = await admin.get("/api/v1/audit", cursor=page["items"][1]["id"])

    assert [e["action"] for e in page["items"][:3]] == ["skills_set"] * 3
    assert older["items"] == page["items"][2:]


# What was set aside


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
