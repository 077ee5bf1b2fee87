"""The front door's fixtures serve here too."""

from tests.gateway.conftest import admin, agent, front, opened, queue, template

__all__ = ["admin", "agent", "front", "opened", "queue", "template"]
