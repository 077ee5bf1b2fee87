"""Merges: two parties found to be one. Nothing is destroyed, so that a merge can be undone at any later time."""
