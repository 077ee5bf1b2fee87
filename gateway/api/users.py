"""Members of staff: what administrators and supervisors change of them."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from core.errors import NotFound, OwnAccount
from core.ids import UserId, new_id
from core.permissions import BUILT_IN, SIGNED_IN, Permission, needs
from core.staff import User, Viewer
from core.words import Language
from gateway.api.account import Password
from gateway.routes import Call, route
from gateway.shapes.basics import Id, Input, Name, Output
from gateway.shapes.users import UserOut
from gateway.team import an_agent, duty_changed, team_changed
from storage import audit, sessions, users
from storage.engine.transaction import SqlTx
from storage.roles import ROLES, can
from storage.views import users as views

Login = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@+-]{1,99}$", to_lower=True)]
SkillName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
Level = Annotated[int, Field(ge=1, le=5)]
Roles = Annotated[
    list[Id], Field(min_length=1, max_length=20, description="Built-in roles by name, own ones by id.")
]


class UserDetail(UserOut):
    active: bool
    agent: bool
    queues: list[str]
    skills: dict[str, int]


class UserDetails(Output):
    items: list[UserDetail]


class UserDetailAnswer(Output):
    user: UserDetail


class Colleague(Output):
    id: str
    name: str


class Colleagues(Output):
    items: list[Colleague]


class NewUser(Input):
    login: Login
    name: Name
    password: Password
    roles: Roles
    language: Language = Language.FR


class UserChanges(Input):
    name: Name | None = None
    password: Password | None = None
    roles: Roles | None = None
    language: Language | None = None
    active: bool | None = None


class SkillsBody(Input):
    skills: Annotated[dict[SkillName, Level], Field(max_length=50)]


class SkillChanges(Input):
    skills: Annotated[dict[SkillName, Annotated[int, Field(ge=0, le=5)]], Field(min_length=1, max_length=50)]


@route(
    "GET",
    "/api/v1/colleagues",
    access=SIGNED_IN,
    summary="Active members of staff by name, for who gives a customer somebody to look after them",
    tag="users",
    returns=Colleagues,
)
async def colleagues(call: Call) -> dict[str, Any]:
    return {"items": await call.parts.store.read(views.colleagues)}


@route(
    "GET",
    "/api/v1/users",
    access=needs(Permission.USERS_READ),
    summary="All members of staff",
    tag="users",
    returns=UserDetails,
)
async def list_users(call: Call) -> dict[str, Any]:
    return {"items": await call.parts.store.read(views.user_details)}


@route(
    "POST",
    "/api/v1/users",
    access=needs(Permission.USERS_MANAGE),
    summary="Add a member of staff",
    tag="users",
    body=NewUser,
    returns=UserDetailAnswer,
    status=201,
)
async def add_user(call: Call) -> dict[str, Any]:
    body: NewUser = call.body
    hashed = await call.parts.sign_in.passwords.hash(body.password)
    user = await call.parts.store.write(_add_user, call.viewer, body, hashed)
    await team_changed(call)
    return {"user": user}


@route(
    "PATCH",
    "/api/v1/users/{user_id}",
    access=needs(Permission.USERS_MANAGE),
    summary="Change a member of staff; a new password or role ends their sessions",
    tag="users",
    body=UserChanges,
    returns=UserDetailAnswer,
)
async def change_user(call: Call) -> dict[str, Any]:
    body: UserChanges = call.body
    hashed = await call.parts.sign_in.passwords.hash(body.password) if body.password else None
    user_id = UserId(call.path["user_id"])
    user = await call.parts.store.write(_change_user, call.viewer, user_id, body, hashed)
    await team_changed(call)
    return {"user": user}


@route(
    "POST",
    "/api/v1/users/{user_id}/sign-out",
    access=needs(Permission.USERS_MANAGE),
    summary="End all sessions of a member of staff",
    tag="users",
)
async def sign_out_user(call: Call) -> None:
    user = await call.parts.store.read(users.get_user, UserId(call.path["user_id"]))
    await call.parts.sign_in.close_all(user.id, call.viewer.user_id)
    await team_changed(call)


@route(
    "PUT",
    "/api/v1/users/{user_id}/skills",
    access=needs(Permission.SKILLS_MANAGE),
    summary="Set what an agent can do, by level 1 to 5",
    tag="users",
    body=SkillsBody,
    returns=UserDetailAnswer,
)
async def put_skills(call: Call) -> dict[str, Any]:
    user_id = UserId(call.path["user_id"])
    user = await call.parts.store.write(_set_skills, call.viewer, user_id, call.body.skills)
    await team_changed(call)
    return {"user": user}


@route(
    "PATCH",
    "/api/v1/users/{user_id}/skills",
    access=needs(Permission.SKILLS_MANAGE),
    summary="Change some of what an agent can do; 0 takes a skill away",
    tag="users",
    body=SkillChanges,
    returns=UserDetailAnswer,
)
async def change_skills(call: Call) -> dict[str, Any]:
    user_id = UserId(call.path["user_id"])
    user = await call.parts.store.write(_change_skills, call.viewer, user_id, call.body.skills)
    await team_changed(call)
    return {"user": user}


def _add_user(tx: SqlTx, viewer: Viewer, body: NewUser, hashed: str) -> dict[str, Any]:
    user = User(
        id=UserId(new_id()),
        login=body.login,
        name=body.name,
        roles=_known(tx, body.roles),
        language=body.language,
        theme="auto",
        active=True,
        created_at=tx.now,
        password_hash=hashed,
    )
    users.insert_user(tx, user)
    audit.record(tx, viewer.user_id, "user_added", user.id, login=user.login, roles=sorted(user.roles))
    return views.user_detail(tx, user.id)


def _change_user(
    tx: SqlTx, viewer: Viewer, user_id: UserId, body: UserChanges, hashed: str | None
) -> dict[str, Any]:
    before = users.user_to_change(tx, user_id)
    after = users.with_changes(
        before,
        name=body.name,
        password_hash=hashed,
        roles=_known(tx, body.roles) if body.roles else None,
        language=body.language,
        active=body.active,
    )
    if _administers(tx, before) and not _administers(tx, after):
        if user_id == viewer.user_id:
            raise OwnAccount
        users.keep_an_administrator(tx, after)
    users.save_user(tx, after)
    duty_changed(
        tx,
        after,
        was=before.active and can(tx, before, Permission.DESK_WORK),
        agent=can(tx, after, Permission.DESK_WORK),
    )
    if hashed is not None or after.roles != before.roles:
        sessions.end_sessions_of(tx, user_id)
    audit.record(tx, viewer.user_id, "user_changed", user_id, fields=sorted(body.model_fields_set))
    return views.user_detail(tx, user_id)


def _administers(tx: SqlTx, user: User) -> bool:
    return user.active and can(tx, user, Permission.USERS_MANAGE)


def _known(tx: SqlTx, names: list[str]) -> frozenset[str]:
    for name in names:
        if name not in BUILT_IN and ROLES.find(tx, name) is None:
            raise NotFound(what="role", id=name)
    return frozenset(names)


def _set_skills(tx: SqlTx, viewer: Viewer, user_id: UserId, skills: dict[str, int]) -> dict[str, Any]:
    an_agent(tx, user_id)
    tx.agents.set_skills(user_id, skills)
    audit.record(tx, viewer.user_id, "skills_set", user_id, skills=skills)
    return views.user_detail(tx, user_id)


def _change_skills(tx: SqlTx, viewer: Viewer, user_id: UserId, changes: dict[str, int]) -> dict[str, Any]:
    users.user_to_change(tx, user_id)
    after = {**views.user_detail(tx, user_id)["skills"], **changes}
    return _set_skills(tx, viewer, user_id, {name: level for name, level in after.items() if level})
