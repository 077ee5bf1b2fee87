"""Every route and socket event names a permission and keeps to it: walked with every role and permission."""

from collections.abc import Iterable

import pytest

from agent_console.server.sockets import ACCESS
from core.ids import new_id
from core.permissions import BUILT_IN, ROLE_PERMISSIONS, Permission
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


async def walk(person: Person, permissions: Iterable[Permission]) -> None:
    for route in ROUTES:
        if route.handle.__name__ in ("sign_out", "sign_in"):
            continue
        _, code = await status(person, route)
        allowed = route.access.allows(permissions)
        assert (code == "forbidden") is not allowed, f"{person.login} {route.method} {route.path}"


async def socket_walk(front: Front, person: Person, permissions: Iterable[Permission]) -> None:
    socket = await front.socket(person)
    for event, access in ACCESS.items():
        answer = await socket.call(event, {}, namespace="/console")
        forbidden = answer.get("error", {}).get("code") == "forbidden"
        assert forbidden is not access.allows(permissions), f"{person.login} {event}"
    await socket.disconnect()


async def test_who_is_not_signed_in_reaches_public_routes_only(front: Front):
    nobody = front.nobody()
    for route in ROUTES:
        _, code = await status(nobody, route)
        assert (code == "not_signed_in") is not route.access.public, f"{route.method} {route.path}"


@pytest.mark.parametrize("role", list(Role))
async def test_a_role_reaches_what_the_table_gives_it_and_no_more(front: Front, role: Role):
    person = await front.person(role.value)
    await walk(person, ROLE_PERMISSIONS[role])
    await socket_walk(front, person, ROLE_PERMISSIONS[role])


@pytest.mark.parametrize("permission", list(Permission))
async def test_a_role_of_one_permission_reaches_what_names_it_and_no_more(
    front: Front, permission: Permission
):
    role_id = await front.role("One", permission)
    person = await front.person(role_id)
    await walk(person, {permission})
    await socket_walk(front, person, {permission})


@pytest.mark.parametrize("roles", [(), ("no-such-role",)])
async def test_without_any_permission_nothing_is_reached(front: Front, roles: tuple[str, ...]):
    person = await front.person(*roles)
    await walk(person, frozenset())
    await socket_walk(front, person, frozenset())


async def test_roles_add_up(front: Front):
    role_id = await front.role("Readers of the audit log", Permission.AUDIT_READ)
    person = await front.person("designer", role_id)
    await walk(person, ROLE_PERMISSIONS[Role.DESIGNER] | {Permission.AUDIT_READ})


def test_only_these_routes_are_public():
    public = {f"{route.method} {route.path}" for route in ROUTES if route.access.public}

    assert public == {"POST /api/v1/sign-in", "GET /healthz", "GET /readyz", "GET /metrics"}


def test_every_permission_opens_something_or_widens_a_read():
    wider = set(WITHIN_A_ROUTE)
    named = {route.access.permission for route in ROUTES} | {access.permission for access in ACCESS.values()}

    assert set(Permission) - named == wider


def test_every_permission_comes_with_a_role():
    assert set().union(*BUILT_IN.values()) == set(Permission)


def test_only_administrators_make_users_and_roles_and_read_the_audit_log():
    kept = (Permission.USERS_MANAGE, Permission.ROLES_MANAGE, Permission.AUDIT_READ)
    for permission in kept:
        assert [role for role, brought in ROLE_PERMISSIONS.items() if permission in brought] == [Role.ADMIN]


def test_ids_of_own_roles_never_meet_the_name_of_a_built_in_one():
    assert new_id() not in BUILT_IN


# Looked at inside a route that others may call too.
WITHIN_A_ROUTE = {Permission.VIEWS_SHARE}
