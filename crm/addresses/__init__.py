"""Postal addresses: structured, in the form of their country."""
