"""Routing: queues, skills, presence, capacity and the matching of work to people."""
