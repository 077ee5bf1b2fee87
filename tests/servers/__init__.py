"""Real servers for tests: each starts in its own folder on free loopback ports, and is gone at the end."""
