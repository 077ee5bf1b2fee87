"""Saved views of lists, in SQL."""

from core.saved_views import SavedView
from storage.engine.entities import Entities
from storage.schema import saved_views

SAVED_VIEWS = Entities(what="saved view", table=saved_views, model=SavedView)
