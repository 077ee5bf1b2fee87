"""Signing in and out, and one's own account."""

from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import Field, StringConstraints

from core.errors import InvalidInput
from core.permissions import PUBLIC, SIGNED_IN
from core.signals import STAFF_CHANGED
from core.staff import Viewer
from core.words import Language
from gateway.remote import address_of
from gateway.routes import COOKIE, Call, route
from gateway.shapes.basics import NO_NUL, Input, Name, Output
from gateway.shapes.users import AccountAnswer, AccountOut
from gateway.sign_in import LONGEST, LONGEST_PASSWORD
from storage import audit, sessions, users
from storage.engine.transaction import SqlTx
from storage.views.users import account_view

Password = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_PASSWORD)]


class SignInBody(Input):
    login: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=NO_NUL)]
    password: Password


class MeSettings(Output):
    business_name: str
    country: str
    languages: list[str]
    sandbox: bool
    voice: bool
    channels: list[str]


class Me(Output):
    user: AccountOut
    settings: MeSettings


class MeChanges(Input):
    name: Name | None = None
    language: Language | None = None
    theme: Literal["auto", "system", "light", "dark"] | None = None


class PasswordBody(Input):
    current: Password
    new: Password = Field(description="At least 10 characters.")


@route(
    "POST",
    "/api/v1/sign-in",
    access=PUBLIC,
    summary="Open a session; its token comes as a cookie",
    tag="account",
    body=SignInBody,
    returns=AccountAnswer,
)
async def sign_in(call: Call) -> web.Response:
    body: SignInBody = call.body
    settings = call.parts.settings.server
    address = address_of(call.request, settings.trusted_proxies)
    opened = await call.parts.sign_in.open(body.login, body.password, address)
    response = web.json_response({"user": await call.parts.store.read(account_view, opened.user)})
    response.set_cookie(
        COOKIE,
        opened.token,
        max_age=int(LONGEST.total_seconds()),
        path="/",
        httponly=True,
        samesite="Lax",
        secure=settings.url.startswith("https://"),
    )
    return response


@route("POST", "/api/v1/sign-out", access=SIGNED_IN, summary="End this session", tag="account")
async def sign_out(call: Call) -> web.Response:
    assert call.session is not None
    await call.parts.sign_in.close(call.session)
    await call.parts.signals.publish(STAFF_CHANGED, {})
    response = web.Response(status=204)
    response.del_cookie(COOKIE, path="/")
    return response


@route("GET", "/api/v1/me", access=SIGNED_IN, summary="Who I am", tag="account", returns=Me)
async def me(call: Call) -> dict[str, Any]:
    user = await call.parts.store.read(_me, call.viewer)
    settings = call.parts.settings
    return {
        "user": user,
        "settings": {
            "business_name": settings.business.name,
            "country": settings.business.country,
            "languages": [language.value for language in Language],
            "sandbox": settings.sandbox.enabled,
            "voice": settings.voice.enabled,
            "channels": sorted(channel.manifest.name.value for channel in call.parts.channels),
        },
    }


@route(
    "PATCH",
    "/api/v1/me",
    access=SIGNED_IN,
    summary="Change my name, language or theme",
    tag="account",
    body=MeChanges,
    returns=AccountAnswer,
)
async def change_me(call: Call) -> dict[str, Any]:
    return {"user": await call.parts.store.write(_change_me, call.viewer, call.body)}


@route(
    "POST",
    "/api/v1/me/password",
    access=SIGNED_IN,
    summary="Change my password; all other sessions of mine end",
    tag="account",
    body=PasswordBody,
)
async def change_password(call: Call) -> None:
    body: PasswordBody = call.body
    sign_in = call.parts.sign_in
    user = await call.parts.store.read(users.get_user, call.viewer.user_id)
    if body.new == body.current:
        raise InvalidInput(problem="The new password is the old one; choose another")
    if not await sign_in.passwords.verify(user.password_hash, body.current):
        raise InvalidInput(problem="The current password is wrong")
    hashed = await sign_in.passwords.hash(body.new)
    assert call.session is not None
    await call.parts.store.write(_set_password, call.viewer, hashed, call.session.token_hash)
    sign_in.forget()
    await call.parts.signals.publish(STAFF_CHANGED, {})


def _me(tx: SqlTx, viewer: Viewer) -> dict[str, Any]:
    return account_view(tx, users.get_user(tx, viewer.user_id))


def _change_me(tx: SqlTx, viewer: Viewer, body: MeChanges) -> dict[str, Any]:
    user = users.with_changes(
        users.user_to_change(tx, viewer.user_id), name=body.name, language=body.language, theme=body.theme
    )
    users.save_user(tx, user)
    return account_view(tx, user)


def _set_password(tx: SqlTx, viewer: Viewer, hashed: str, keep: str) -> None:
    user = users.with_changes(users.user_to_change(tx, viewer.user_id), password_hash=hashed)
    users.save_user(tx, user)
    sessions.end_sessions_of(tx, user.id, but=keep)
    audit.record(tx, user.id, "password_changed", user.id)
