"""Every route says who may call it, and keeps to it: all of them, with every role and with none."""

import pytest

from core.words import Role
from gateway.app import all_routes
from gateway.routes import Route
from tests.gateway.front import Front, Person

ROUTES = all_routes()


def address(route: Route) -> str:
    path = route.path
    for name in route.parameters:
        path = path.replace("{" + name + "}", "no-such-thing")
    return path


async def status(person: Person, route: Route) -> tuple[int, str]:
    answer = await person.call(route.method, address(route), json={} if route.body else None)
    return answer.status, answer.code if answer.status >= 400 and isinstance(answer.body, dict) else ""


async def test_who_is_not_signed_in_reaches_public_routes_only(front: Front):
    nobody = front.nobody()
    for route in ROUTES:
        _, code = await status(nobody, route)
        assert (code == "not_signed_in") is not route.access.public, f"{route.method} {route.path}"


@pytest.mark.parametrize("role", list(Role))
async def test_a_role_reaches_the_routes_that_name_it_and_no_others(front: Front, role: Role):
    person = await front.person(role.value)
    for route in ROUTES:
        if route.handle.__name__ in ("sign_out", "sign_in"):
            continue
        _, code = await status(person, route)
        allowed = route.access.public or role in route.access.roles
        assert (code == "forbidden") is not allowed, f"{role} {route.method} {route.path}"


async def test_without_any_role_nothing_is_reached(front: Front):
    person = await front.person()
    for route in ROUTES:
        if not route.access.public:
            _, code = await status(person, route)
            assert code == "forbidden", f"{route.method} {route.path}"


def test_only_these_routes_are_public():
    public = {f"{route.method} {route.path}" for route in ROUTES if route.access.public}

    assert public == {"POST /api/v1/sign-in", "GET /healthz", "GET /readyz", "GET /metrics"}


def test_only_administrators_make_users_and_read_the_audit_log():
    for route in ROUTES:
        if route.path == "/api/v1/audit" or (route.path == "/api/v1/users" and route.method == "POST"):
            assert route.access.roles == {Role.ADMIN}
