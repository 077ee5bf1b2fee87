"""Roles that administrators make: what they open at once, and what their changes do to those who have them."""

import pytest

from core.ids import UserId
from routing.model import Presence, Queue
from tests.gateway.front import PASSWORD, Front, Person


async def a_role(admin: Person, name: str, *permissions: str) -> str:
    return str((await admin.post("/api/v1/roles", name=name, permissions=list(permissions)))["role"]["id"])


async def with_roles(front: Front, admin: Person, *roles: str, login: str = "lea.petit") -> Person:
    body = {"login": login, "name": "Léa Petit", "password": PASSWORD, "roles": list(roles)}
    user = (await admin.post("/api/v1/users", **body))["user"]
    person = front.nobody()
    person.id, person.login = user["id"], login
    assert (await person.sign_in()).status == 200
    return person


async def presence(front: Front, person: Person) -> Presence:
    return await front.store.read(lambda tx: tx.agents.get(UserId(person.id)).presence)


async def test_whoever_has_a_role_of_ones_own_may_do_what_it_says(front: Front, admin: Person):
    role = await a_role(admin, "Quality", "live.read", "audit.read")
    person = await with_roles(front, admin, role)

    assert (await person.get("/api/v1/me"))["user"]["permissions"] == ["audit.read", "live.read"]
    assert (await person.call("GET", "/api/v1/audit")).status == 200
    assert (await person.call("GET", "/api/v1/users")).code == "forbidden"


async def test_a_change_of_a_role_holds_at_once(front: Front, admin: Person):
    role = await a_role(admin, "Quality", "live.read")
    person = await with_roles(front, admin, role)
    before = await person.call("GET", "/api/v1/wall")
    await admin.call("PATCH", f"/api/v1/roles/{role}", json={"permissions": ["audit.read"]})

    assert before.status == 200
    assert (await person.call("GET", "/api/v1/wall")).status == 403
    assert (await person.call("GET", "/api/v1/audit")).status == 200


async def test_a_role_with_the_desk_makes_an_agent_and_without_it_sends_them_off_duty(
    front: Front, admin: Person, queue: Queue
):
    role = await a_role(admin, "Reinforcement", "conversations.read")
    person = await with_roles(front, admin, role)
    at = f"/api/v1/roles/{role}"
    await admin.call("PATCH", at, json={"permissions": ["conversations.read", "desk.work"]})
    await admin.call("PUT", f"/api/v1/queues/{queue.id}/members/{person.id}", json={"rank": 1})
    on_duty = await person.call("PUT", "/api/v1/presence", json={"presence": "available"})
    await admin.call("PATCH", at, json={"permissions": ["conversations.read"]})
    user = next(u for u in (await admin.get("/api/v1/users"))["items"] if u["id"] == person.id)

    assert on_duty.status == 200
    assert await presence(front, person) is Presence.OFFLINE
    assert (user["agent"], user["queues"]) == (False, [])


async def test_a_role_in_use_stays(front: Front, admin: Person):
    role = await a_role(admin, "Quality", "live.read")
    await with_roles(front, admin, role)
    used = await admin.call("DELETE", f"/api/v1/roles/{role}")

    assert (used.status, used.code) == (409, "still_used")
    assert "1 users" in used.body["error"]["message"] or "1 user" in used.body["error"]["message"]


async def test_a_role_of_nobody_is_removed(admin: Person):
    role = await a_role(admin, "Quality", "live.read")

    assert (await admin.call("DELETE", f"/api/v1/roles/{role}")).status == 204
    assert (await admin.get("/api/v1/roles"))["items"] == []


async def test_nobody_takes_their_own_administration_away(front: Front, admin: Person):
    role = await a_role(admin, "Owner", "users.manage", "roles.manage", "users.read")
    owner = await with_roles(front, admin, role)
    answer = await owner.call("PATCH", f"/api/v1/roles/{role}", json={"permissions": ["users.read"]})

    assert (answer.status, answer.code) == (403, "own_account")


async def test_the_last_who_administers_by_a_role_of_ones_own_stays(front: Front, admin: Person):
    role = await a_role(admin, "Owner", "users.manage", "roles.manage", "users.read")
    owner = await with_roles(front, admin, role)
    await owner.call("PATCH", f"/api/v1/users/{admin.id}", json={"active": False})
    helper = await a_role(owner, "Helper", "roles.manage")
    other = await with_roles(front, owner, helper, login="noe.roy")
    answer = await other.call("PATCH", f"/api/v1/roles/{role}", json={"permissions": ["users.read"]})

    assert (answer.status, answer.code) == (409, "last_administrator")


@pytest.mark.parametrize("permissions", [[], ["no.such"], ["live.read", 3]])
async def test_a_role_is_made_of_permissions_that_there_are(admin: Person, permissions: list[object]):
    answer = await admin.call("POST", "/api/v1/roles", json={"name": "X", "permissions": permissions})

    assert (answer.status, answer.code) == (422, "invalid_input")


async def test_a_user_is_given_roles_that_there_are(admin: Person):
    body = {"login": "lea", "name": "Léa", "password": PASSWORD, "roles": ["no-such"]}
    answer = await admin.call("POST", "/api/v1/users", json=body)

    assert (answer.status, answer.code) == (404, "not_found")


async def test_the_permissions_and_the_built_in_roles_are_told(admin: Person):
    told = await admin.get("/api/v1/permissions")

    assert "desk.work" in told["permissions"]
    assert {role["name"] for role in told["built_in"]} == {"agent", "supervisor", "designer", "crm", "admin"}
