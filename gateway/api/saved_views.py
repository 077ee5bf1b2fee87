"""Saved views: lists as staff arranged them, for themselves or for everybody."""

import json
from typing import Annotated, Any

from pydantic import AfterValidator, StringConstraints

from core.errors import Forbidden
from core.permissions import SIGNED_IN, Permission
from core.saved_views import SavedView
from core.staff import Viewer
from gateway.resource import Resource, routes_of
from gateway.shapes.basics import Input, Output, ShortName
from storage.engine.transaction import SqlTx
from storage.saved_views import SAVED_VIEWS

MOST_SETTINGS = 20_000  # characters of JSON
ListName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,63}$")]


def _bounded(settings: dict[str, Any]) -> dict[str, Any]:
    told = json.dumps(settings, ensure_ascii=False)
    if len(told) > MOST_SETTINGS or "\\u0000" in told:
        raise ValueError(f"at most {MOST_SETTINGS} characters of JSON, without NUL")
    return settings


Settings = Annotated[dict[str, Any], AfterValidator(_bounded)]


class NewSavedView(Input):
    list: ListName
    name: ShortName
    shared: bool = False
    settings: Settings


class SavedViewChanges(Input):
    name: ShortName | None = None
    shared: bool | None = None
    settings: Settings | None = None


class SavedViewOut(Output):
    id: str
    list: str
    name: str
    owner_id: str
    shared: bool
    settings: dict[str, Any]
    created_at: str
    version: int


def _before_save(tx: SqlTx, viewer: Viewer, before: SavedView | None, after: SavedView) -> None:
    if after.shared or (before is not None and before.shared):
        _may_share(viewer)


def _before_remove(tx: SqlTx, viewer: Viewer, view: SavedView) -> None:
    if view.shared:
        _may_share(viewer)


def _may_share(viewer: Viewer) -> None:
    if not viewer.can(Permission.VIEWS_SHARE):
        raise Forbidden(permission=Permission.VIEWS_SHARE.value)


SAVED_VIEW_ROUTES = routes_of(
    Resource(
        path="/api/v1/saved-views",
        entities=SAVED_VIEWS,
        read=SIGNED_IN,
        write=SIGNED_IN,
        create=NewSavedView,
        change=SavedViewChanges,
        out=SavedViewOut,
        unique=None,
        owned="owner_id",
        shared="shared",
        before_save=_before_save,
        before_remove=_before_remove,
    )
)
