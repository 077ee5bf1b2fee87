"""The one filter language: lists, saved views, segments and automation ask their questions in it.

A filter is checked against the fields of what it filters (`parse`), compiled to SQL (`storage/engine/filters.py`), and
evaluated in Python (`matches`); a property test proves that the two agree.
"""
