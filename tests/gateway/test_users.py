"""Members of staff: what administrators change of them, and what that changes."""

import asyncio

import pytest

from core.errors import LastAdministrator
from core.ids import UserId
from core.words import Role
from routing.model import Presence, Queue
from storage import users
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
