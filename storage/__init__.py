"""Storage: SQLite and PostgreSQL behind the ports that the rooms below declare."""
