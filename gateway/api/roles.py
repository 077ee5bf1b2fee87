"""Roles: the built-in ones, and those administrators make out of permissions."""

from typing import Annotated, Any

from pydantic import Field

from core.errors import LastAdministrator, OwnAccount, StillUsed
from core.ids import UserId
from core.permissions import BUILT_IN, Permission, needs
from core.staff import OwnRole, User, Viewer
from gateway.resource import Resource, routes_of
from gateway.routes import Call, route
from gateway.shapes.basics import Input, Name, Output
from gateway.team import duty_changed, team_changed
from storage.engine.transaction import SqlTx
from storage.roles import ROLES, permissions_of, users_with
from storage.users import all_users, get_user, make_agent

Permissions = Annotated[frozenset[Permission], Field(min_length=1)]


class NewRole(Input):
    name: Name
    permissions: Permissions


class RoleChanges(Input):
    name: Name | None = None
    permissions: Permissions | None = None


class RoleOut(Output):
    id: str
    name: str
    permissions: list[Permission]
    created_at: str
    version: int


class BuiltInRole(Output):
    name: str
    permissions: list[Permission]


class KnownPermissions(Output):
    permissions: list[Permission]
    built_in: list[BuiltInRole]


def _before_save(tx: SqlTx, viewer: Viewer, before: OwnRole | None, after: OwnRole) -> None:
    """Who loses the desk by it goes off duty, who gains it gets a place; nobody is locked out."""
    if before is None or before.permissions == after.permissions:
        return
    for user_id in users_with(tx, after.id):
        user = get_user(tx, UserId(user_id))
        others = permissions_of(tx, user.roles - {after.id})
        had, has = others | before.permissions, others | after.permissions
        if Permission.USERS_MANAGE in had - has and user.active:
            _keep_administered(tx, viewer, user)
        _duty(tx, user, had, has)


def _keep_administered(tx: SqlTx, viewer: Viewer, user: User) -> None:
    if user.id == viewer.user_id:
        raise OwnAccount
    tx.lock("administrators")
    others = [other for other in all_users(tx) if other.active and other.id != user.id]
    if not any(Permission.USERS_MANAGE in permissions_of(tx, other.roles) for other in others):
        raise LastAdministrator(name=user.name)


def _duty(tx: SqlTx, user: User, had: frozenset[Permission], has: frozenset[Permission]) -> None:
    if Permission.DESK_WORK in has - had:
        make_agent(tx, user, has)
    elif Permission.DESK_WORK in had - has:
        duty_changed(tx, user, was=user.active, agent=False)


def _before_remove(tx: SqlTx, viewer: Viewer, role: OwnRole) -> None:
    having = users_with(tx, role.id)
    if having:
        raise StillUsed(what="role", name=role.name, count=len(having), users="users")


ROLE_ROUTES = routes_of(
    Resource(
        path="/api/v1/roles",
        entities=ROLES,
        read=needs(Permission.USERS_READ),
        write=needs(Permission.ROLES_MANAGE),
        create=NewRole,
        change=RoleChanges,
        out=RoleOut,
        before_save=_before_save,
        before_remove=_before_remove,
        after=team_changed,
    )
)


@route(
    "GET",
    "/api/v1/permissions",
    access=needs(Permission.USERS_READ),
    summary="Every permission there is, and what the built-in roles bring",
    tag="roles",
    returns=KnownPermissions,
)
async def list_permissions(call: Call) -> dict[str, Any]:
    return {
        "permissions": [permission.value for permission in Permission],
        "built_in": [
            {"name": name, "permissions": sorted(permissions)} for name, permissions in BUILT_IN.items()
        ],
    }
