"""Real servers for the benchmarks, made for one run."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.servers.postgres import PostgresServer
from tests.servers.process import server_folder


@contextmanager
def durable_postgres() -> Iterator[PostgresServer]:
    """PostgreSQL with fsync and synchronous commits, as in production."""
    with server_folder("bench") as folder:
        server = PostgresServer(folder, durable=True)
        server.start()
        try:
            yield server
        finally:
            server.stop()
