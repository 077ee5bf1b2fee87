"""The shared words: ids, clock, errors, events, the store's protocol, settings."""
