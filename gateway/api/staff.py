"""Users, queues and where conversations enter: what supervisors and administrators look after."""

from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from core.errors import Forbidden, NameTaken, NotAnAgent
from core.ids import QueueId, UserId, new_id
from core.signals import STAFF_CHANGED
from core.staff import User, Viewer
from core.words import ChannelName, Language, Role
from crm.conversations.model import EntryPoint
from gateway.api.account import Password
from gateway.routes import Call, only, route
from gateway.shapes import NO_NUL, Id, Input, Name, Output, QueueBrief, UserOut, Words
from routing.model import Presence, Queue
from routing.presence import set_presence
from storage import staff
from storage.engine.transaction import SqlTx
from storage.views import organisation

LEADERS = only(Role.SUPERVISOR, Role.ADMIN)
ADMIN = only(Role.ADMIN)
Login = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@+-]{1,99}$", to_lower=True)]
Seconds = Annotated[int, Field(ge=1, le=86_400)]
Priority = Annotated[int, Field(ge=-100, le=100)]
SkillName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
Level = Annotated[int, Field(ge=1, le=5)]


class UserDetail(UserOut):
    active: bool
    agent: bool
    queues: list[str]
    skills: dict[str, int]


class UserDetails(Output):
    items: list[UserDetail]


class UserDetailAnswer(Output):
    user: UserDetail


class NewUser(Input):
    login: Login
    name: Name
    password: Password
    roles: Annotated[list[Role], Field(min_length=1)]
    language: Language = Language.FR


class UserChanges(Input):
    name: Name | None = None
    password: Password | None = None
    roles: Annotated[list[Role], Field(min_length=1)] | None = None
    language: Language | None = None
    active: bool | None = None


class QueueDetail(QueueBrief):
    offer_seconds: dict[str, int]
    priority: int
    members: list[dict[str, Any]]


class QueueDetails(Output):
    items: list[QueueDetail]


class QueueAnswer(Output):
    queue: QueueDetail


class NewQueue(Input):
    name: Name
    language: Language | None = None
    target_seconds: Seconds = 20
    offer_seconds: dict[ChannelName, Seconds] = Field(default_factory=dict)
    priority: Priority = 0


class QueueChanges(Input):
    name: Name | None = None
    language: Language | None = None
    target_seconds: Seconds | None = None
    offer_seconds: dict[ChannelName, Seconds | None] | None = Field(
        None, description="Of the channels named; null is the default again."
    )
    priority: Priority | None = None


class MemberBody(Input):
    rank: Annotated[int, Field(ge=0, le=10)] = Field(1, description="0 takes the user off the queue.")


class SkillsBody(Input):
    skills: Annotated[dict[SkillName, Level], Field(max_length=50)]


class SkillChanges(Input):
    skills: Annotated[dict[SkillName, Annotated[int, Field(ge=0, le=5)]], Field(min_length=1, max_length=50)]


class EntryPointBody(Input):
    channel: ChannelName
    address: Words = ""
    queue_id: Id
    bot: Annotated[str, StringConstraints(max_length=64, pattern=NO_NUL)] = ""


class EntryPointKey(Input):
    channel: ChannelName
    address: Annotated[Words, StringConstraints(min_length=1)]


class EntryPointOut(Output):
    channel: ChannelName
    address: str
    queue_id: str
    bot: str


class EntryPoints(Output):
    items: list[EntryPointOut]


@route(
    "GET", "/api/v1/users", access=LEADERS, summary="All members of staff", tag="staff", returns=UserDetails
)
async def list_users(call: Call) -> dict[str, Any]:
    return {"items": await call.parts.store.read(organisation.user_details)}


@route(
    "POST",
    "/api/v1/users",
    access=ADMIN,
    summary="Add a member of staff",
    tag="staff",
    body=NewUser,
    returns=UserDetailAnswer,
    status=201,
)
async def add_user(call: Call) -> dict[str, Any]:
    body: NewUser = call.body
    hashed = await call.parts.sign_in.passwords.hash(body.password)
    user = await call.parts.store.write(_add_user, call.viewer, body, hashed)
    await _team_changed(call)
    return {"user": user}


@route(
    "PATCH",
    "/api/v1/users/{user_id}",
    access=ADMIN,
    summary="Change a member of staff; a new password or role ends his sessions",
    tag="staff",
    body=UserChanges,
    returns=UserDetailAnswer,
)
async def change_user(call: Call) -> dict[str, Any]:
    body: UserChanges = call.body
    hashed = await call.parts.sign_in.passwords.hash(body.password) if body.password else None
    user_id = UserId(call.path["user_id"])
    user = await call.parts.store.write(_change_user, call.viewer, user_id, body, hashed)
    await _team_changed(call)
    return {"user": user}


@route(
    "POST",
    "/api/v1/users/{user_id}/sign-out",
    access=ADMIN,
    summary="End all sessions of a member of staff",
    tag="staff",
)
async def sign_out_user(call: Call) -> None:
    user = await call.parts.store.read(staff.get_user, UserId(call.path["user_id"]))
    await call.parts.sign_in.close_all(user.id, call.viewer.user_id)
    await _team_changed(call)


@route(
    "PUT",
    "/api/v1/users/{user_id}/skills",
    access=LEADERS,
    summary="Set what an agent can do, by level 1 to 5",
    tag="staff",
    body=SkillsBody,
    returns=UserDetailAnswer,
)
async def put_skills(call: Call) -> dict[str, Any]:
    user_id = UserId(call.path["user_id"])
    user = await call.parts.store.write(_set_skills, call.viewer, user_id, call.body.skills)
    await _team_changed(call)
    return {"user": user}


@route(
    "PATCH",
    "/api/v1/users/{user_id}/skills",
    access=LEADERS,
    summary="Change some of what an agent can do; 0 takes a skill away",
    tag="staff",
    body=SkillChanges,
    returns=UserDetailAnswer,
)
async def change_skills(call: Call) -> dict[str, Any]:
    user_id = UserId(call.path["user_id"])
    user = await call.parts.store.write(_change_skills, call.viewer, user_id, call.body.skills)
    await _team_changed(call)
    return {"user": user}


@route("GET", "/api/v1/queues", access=LEADERS, summary="All queues", tag="staff", returns=QueueDetails)
async def list_queues(call: Call) -> dict[str, Any]:
    return {"items": await call.parts.store.read(organisation.queue_details)}


@route(
    "POST",
    "/api/v1/queues",
    access=LEADERS,
    summary="Add a queue",
    tag="staff",
    body=NewQueue,
    returns=QueueAnswer,
    status=201,
)
async def add_queue(call: Call) -> dict[str, Any]:
    queue = await call.parts.store.write(_add_queue, call.viewer, call.body)
    await _team_changed(call)
    return {"queue": queue}


@route(
    "PATCH",
    "/api/v1/queues/{queue_id}",
    access=LEADERS,
    summary="Change a queue",
    tag="staff",
    body=QueueChanges,
    returns=QueueAnswer,
)
async def change_queue(call: Call) -> dict[str, Any]:
    queue_id = QueueId(call.path["queue_id"])
    queue = await call.parts.store.write(_change_queue, call.viewer, queue_id, call.body)
    await _team_changed(call)
    return {"queue": queue}


@route(
    "PUT",
    "/api/v1/queues/{queue_id}/members/{user_id}",
    access=LEADERS,
    summary="Put an agent on a queue, or take him off",
    tag="staff",
    body=MemberBody,
    returns=QueueAnswer,
)
async def put_member(call: Call) -> dict[str, Any]:
    body: MemberBody = call.body
    queue_id, user_id = QueueId(call.path["queue_id"]), UserId(call.path["user_id"])
    queue = await call.parts.store.write(_put_member, call.viewer, queue_id, user_id, body.rank)
    await _team_changed(call)
    return {"queue": queue}


@route(
    "GET",
    "/api/v1/entry-points",
    access=LEADERS,
    summary="Which queue and bot each of our addresses leads to",
    tag="staff",
    returns=EntryPoints,
)
async def list_entry_points(call: Call) -> dict[str, Any]:
    return {"items": await call.parts.store.read(organisation.entry_point_list)}


@route(
    "PUT",
    "/api/v1/entry-points",
    access=ADMIN,
    summary="Set where conversations of one address go",
    tag="staff",
    body=EntryPointBody,
    returns=EntryPoints,
)
async def put_entry_point(call: Call) -> dict[str, Any]:
    items = await call.parts.store.write(_put_entry_point, call.viewer, call.body)
    await _team_changed(call)
    return {"items": items}


@route(
    "DELETE",
    "/api/v1/entry-points",
    access=ADMIN,
    summary="Forget an address: its channel's general entry point serves it again",
    tag="staff",
    query=EntryPointKey,
    returns=EntryPoints,
)
async def remove_entry_point(call: Call) -> dict[str, Any]:
    items = await call.parts.store.write(_remove_entry_point, call.viewer, call.query)
    await _team_changed(call)
    return {"items": items}


async def _team_changed(call: Call) -> None:
    call.parts.sign_in.forget()
    await call.parts.signals.publish(STAFF_CHANGED, {"team": True})


def _add_user(tx: SqlTx, viewer: Viewer, body: NewUser, hashed: str) -> dict[str, Any]:
    user = User(
        id=UserId(new_id()),
        login=body.login,
        name=body.name,
        roles=frozenset(body.roles),
        language=body.language,
        theme="auto",
        active=True,
        created_at=tx.now,
        password_hash=hashed,
    )
    staff.insert_user(tx, user)
    staff.audit(tx, viewer.user_id, "user_added", user.id, login=user.login, roles=_names(user))
    return organisation.user_detail(tx, user.id)


def _change_user(
    tx: SqlTx, viewer: Viewer, user_id: UserId, body: UserChanges, hashed: str | None
) -> dict[str, Any]:
    before = staff.user_to_change(tx, user_id)
    if user_id == viewer.user_id and (body.active is False or (body.roles and Role.ADMIN not in body.roles)):
        raise Forbidden(roles="another administrator, for your own account")
    after = staff.with_changes(
        before,
        name=body.name,
        password_hash=hashed,
        roles=frozenset(body.roles) if body.roles else None,
        language=body.language,
        active=body.active,
    )
    if _does(Role.ADMIN, before) and not _does(Role.ADMIN, after):
        staff.keep_an_administrator(tx, after)
    staff.save_user(tx, after)
    if _does(Role.AGENT, before) and not _does(Role.AGENT, after):
        set_presence(tx, user_id, Presence.OFFLINE)  # what he holds goes back to its queues
    if Role.AGENT not in after.roles:
        tx.queues.leave_all(user_id)
    if hashed is not None or after.roles != before.roles:
        staff.end_sessions_of(tx, user_id)
    staff.audit(tx, viewer.user_id, "user_changed", user_id, fields=sorted(body.model_fields_set))
    return organisation.user_detail(tx, user_id)


def _does(role: Role, user: User) -> bool:
    return user.active and role in user.roles


def _set_skills(tx: SqlTx, viewer: Viewer, user_id: UserId, skills: dict[str, int]) -> dict[str, Any]:
    _agent(tx, user_id)
    tx.agents.set_skills(user_id, skills)
    staff.audit(tx, viewer.user_id, "skills_set", user_id, skills=skills)
    return organisation.user_detail(tx, user_id)


def _change_skills(tx: SqlTx, viewer: Viewer, user_id: UserId, changes: dict[str, int]) -> dict[str, Any]:
    staff.user_to_change(tx, user_id)
    after = {**organisation.user_detail(tx, user_id)["skills"], **changes}
    return _set_skills(tx, viewer, user_id, {name: level for name, level in after.items() if level})


def _agent(tx: SqlTx, user_id: UserId) -> User:
    user = staff.get_user(tx, user_id)
    if Role.AGENT not in user.roles:
        raise NotAnAgent(name=user.name)
    return user


def _add_queue(tx: SqlTx, viewer: Viewer, body: NewQueue) -> dict[str, Any]:
    queue = Queue(
        id=QueueId(new_id()),
        name=body.name,
        language=body.language.value if body.language else "",
        offer_seconds=body.offer_seconds,
        target_seconds=body.target_seconds,
        priority=body.priority,
    )
    _check_free(tx, queue)
    tx.queues.insert(queue)
    staff.audit(tx, viewer.user_id, "queue_added", queue.id, name=queue.name)
    return organisation.queue_detail(tx, queue.id)


def _change_queue(tx: SqlTx, viewer: Viewer, queue_id: QueueId, body: QueueChanges) -> dict[str, Any]:
    tx.lock("queues")
    queue = tx.queues.get(queue_id)
    changes: dict[str, Any] = {name: getattr(body, name) for name in body.model_fields_set}
    if "language" in changes:
        changes["language"] = changes["language"].value if changes["language"] else ""
    for name in ("name", "target_seconds", "offer_seconds", "priority"):
        if changes.get(name, ...) is None:
            del changes[name]
    if "offer_seconds" in changes:
        seconds = {**queue.offer_seconds, **changes["offer_seconds"]}
        changes["offer_seconds"] = {channel: s for channel, s in seconds.items() if s is not None}
    queue = replace(queue, **changes)
    _check_free(tx, queue)
    tx.queues.save(queue)
    staff.audit(tx, viewer.user_id, "queue_changed", queue_id, fields=sorted(changes))
    return organisation.queue_detail(tx, queue_id)


def _check_free(tx: SqlTx, queue: Queue) -> None:
    tx.lock("queues")
    if any(other.name == queue.name and other.id != queue.id for other in tx.queues.all()):
        raise NameTaken(what="queue", name=queue.name)


def _put_member(tx: SqlTx, viewer: Viewer, queue_id: QueueId, user_id: UserId, rank: int) -> dict[str, Any]:
    queue = tx.queues.get(queue_id)
    if rank:
        _agent(tx, user_id)
        tx.queues.add_member(queue.id, user_id, rank)
    else:
        tx.queues.remove_member(queue.id, user_id)
    staff.audit(tx, viewer.user_id, "queue_member_set", queue_id, user=user_id, rank=rank)
    return organisation.queue_detail(tx, queue_id)


def _put_entry_point(tx: SqlTx, viewer: Viewer, body: EntryPointBody) -> list[dict[str, Any]]:
    queue = tx.queues.get(QueueId(body.queue_id))
    tx.queues.put_entry_point(
        EntryPoint(channel=body.channel, address=body.address, queue_id=queue.id, bot=body.bot)
    )
    target = f"{body.channel.value}:{body.address}"
    staff.audit(tx, viewer.user_id, "entry_point_set", target, queue=queue.id, bot=body.bot)
    return organisation.entry_point_list(tx)


def _remove_entry_point(tx: SqlTx, viewer: Viewer, key: EntryPointKey) -> list[dict[str, Any]]:
    tx.queues.remove_entry_point(key.channel, key.address)
    staff.audit(tx, viewer.user_id, "entry_point_removed", f"{key.channel.value}:{key.address}")
    return organisation.entry_point_list(tx)


def _names(user: User) -> list[str]:
    return sorted(role.value for role in user.roles)
