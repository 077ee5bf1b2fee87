"""Signing in: who gets a session, how long it lasts, and how guessing is stopped."""

from datetime import timedelta

import pytest

from core.errors import TooManyRequests
from gateway.sign_in import IDLE, Brake, token_hash
from storage.schema import audit_log, sessions
from tests.gateway.front import PASSWORD, Front, Person


async def rows(front: Front, table):
    return await front.store.read(lambda tx: tx.conn.execute(table.select()).all())


async def test_the_right_password_opens_a_session_whose_token_only_the_cookie_has(
    front: Front, agent: Person
):
    stored = await rows(front, sessions)

    assert [row.token_hash for row in stored] == [token_hash(agent.token)]
    assert (await agent.get("/api/v1/me"))["user"]["id"] == agent.id


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(front: Front, agent: Person):
    answer = await agent.sign_in()

    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


async def test_a_wrong_password_and_an_unknown_login_are_refused_alike(front: Front, agent: Person):
    wrong = await agent.sign_in("not the password")
    stranger = Person(url=front.url, login="nobody")
    front.people.append(stranger)
    unknown = await stranger.sign_in()

    assert wrong.status == unknown.status == 401
    assert wrong.body == unknown.body


async def test_signing_out_ends_the_session(front: Front, agent: Person):
    token = agent.token
    await agent.post("/api/v1/sign-out")

    assert (await agent.call("GET", "/api/v1/me")).status == 401
    assert await front.parts.sign_in.identify(token) == (None, None)


async def test_guessing_one_login_is_stopped_even_with_the_right_password(front: Front, agent: Person):
    for _ in range(10):
        await agent.sign_in("wrong")
    answer = await agent.sign_in(PASSWORD)

    assert answer.status == 429
    assert int(answer.headers["Retry-After"]) > 0


async def test_guessing_from_one_address_is_stopped_whatever_the_login(front: Front):
    brake = front.parts.sign_in._brake
    for _ in range(60):
        await brake.failed("127.0.0.1")
    attempt = {"login": "anyone", "password": "guess"}
    answer = await front.nobody().call("POST", "/api/v1/sign-in", json=attempt)
    disguised = await front.nobody().call(
        "POST", "/api/v1/sign-in", json=attempt, headers={"X-Forwarded-For": "192.0.2.7"}
    )

    assert answer.status == 429
    assert disguised.status == 429  # no proxy is trusted, so the header counts for nothing


async def test_nodes_count_guesses_together_and_alone_when_redis_is_away(own_redis):
    one, other = Brake(own_redis.url), Brake(own_redis.url)
    for _ in range(5):
        await one.before("camille", "192.0.2.7")
        await other.before("camille", "192.0.2.7")
    with pytest.raises(TooManyRequests):
        await one.before("camille", "192.0.2.7")
    own_redis.stop()
    for _ in range(10):
        await one.before("camille", "192.0.2.7")
    with pytest.raises(TooManyRequests):
        await one.before("camille", "192.0.2.7")


async def test_a_session_in_use_goes_on_and_one_forgotten_ends(front: Front, agent: Person):
    def aged(tx, hours: float):
        tx.conn.execute(
            sessions.update().values(
                seen_at=tx.now - timedelta(hours=hours), expires_at=tx.now + timedelta(hours=12 - hours)
            )
        )

    await front.store.write(aged, 11.0)
    front.parts.sign_in.forget()
    assert (await agent.call("GET", "/api/v1/me")).status == 200
    row = (await rows(front, sessions))[0]
    assert abs(row.expires_at - row.seen_at - IDLE) < timedelta(seconds=1)
    await front.store.write(aged, 12.1)
    front.parts.sign_in.forget()
    assert (await agent.call("GET", "/api/v1/me")).status == 401


async def test_an_administrator_ends_all_sessions_of_a_user_at_once(
    front: Front, agent: Person, admin: Person
):
    await admin.post(f"/api/v1/users/{agent.id}/sign-out")

    assert (await agent.call("GET", "/api/v1/me")).status == 401


async def test_one_who_may_no_longer_work_here_is_out_at_once(front: Front, agent: Person, admin: Person):
    await admin.call("PATCH", f"/api/v1/users/{agent.id}", json={"active": False})

    assert (await agent.call("GET", "/api/v1/me")).status == 401
    assert (await agent.sign_in()).status == 401


async def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(front: Front, agent: Person):
    elsewhere = front.nobody()
    elsewhere.login = agent.login
    await elsewhere.sign_in()
    await agent.post("/api/v1/me/password", current=PASSWORD, new="another good one")

    assert (await agent.call("GET", "/api/v1/me")).status == 200
    assert (await elsewhere.call("GET", "/api/v1/me")).status == 401
    assert (await elsewhere.sign_in("another good one")).status == 200


async def test_signing_in_and_failing_to_are_in_the_audit_log(front: Front, agent: Person):
    await agent.sign_in("wrong")

    entries = [(row.actor, row.action) for row in await rows(front, audit_log)]
    assert entries == [(agent.id, "sign_in"), (agent.login, "sign_in_refused")]
