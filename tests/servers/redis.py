"""Redis for tests: one server a session, flushed before each test; or one's own, to be stopped."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.process import LOOPBACK, Server, free_port, need, server_folder


class RedisServer:
    def __init__(self, folder: Path) -> None:
        program = shutil.which("redis-server") or shutil.which("valkey-server")
        need("Redis", program is not None)
        self.port = free_port()
        self.url = f"redis://{LOOPBACK}:{self.port}/0"
        listen = ["--port", str(self.port), "--bind", LOOPBACK]
        self.process = Server(
            "redis",
            [str(program), *listen, "--save", "", "--appendonly", "no", "--dir", str(folder)],
            ports=[self.port],
            folder=folder,
        )

    def start(self) -> None:
        self.process.start()

    def stop(self) -> None:
        self.process.stop()

    def flush(self) -> None:
        with socket.create_connection((LOOPBACK, self.port), timeout=5) as line:
            line.sendall(b"FLUSHALL\r\n")
            assert line.recv(64).startswith(b"+OK")


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    with server_folder("redis") as folder:
        server = RedisServer(folder)
        server.start()
        yield server
        server.stop()


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """The address of an empty Redis."""
    redis_server.flush()
    return redis_server.url


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    """A server for this test alone: it may be stopped, frozen and started again on the same port."""
    with server_folder("redis") as folder:
        server = RedisServer(folder)
        server.start()
        yield server
        server.stop()
