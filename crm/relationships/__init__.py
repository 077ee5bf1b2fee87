"""Relationships: typed, dated links from one party to another."""
