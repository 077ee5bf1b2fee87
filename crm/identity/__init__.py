"""Identity: from an address to the one party that holds it."""
