"""Duplicates: pairs of parties that may be one, found by their likeness, decided by people."""
