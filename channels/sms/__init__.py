"""Short messages through the telephone provider."""
