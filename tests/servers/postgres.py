"""PostgreSQL for tests: one server a session, one fresh database a test, cloned from a template."""

import itertools
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.servers.process import (
    LOOPBACK,
    Server,
    free_port,
    give_away,
    need,
    server_folder,
    unprivileged_user,
)

USER = "test"
RECOVERY = 60.0  # seconds a killed server may take to replay its log on a busy machine


class PostgresServer:
    """A cluster in a folder. `durable=True` leaves fsync on, for the proofs that kill the server."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.port = free_port()
        self._bin = postgres_bin()
        self._folder = folder
        self._numbers = itertools.count(1)
        self._templates: set[str] = set()
        self._user = unprivileged_user()
        data = folder / "data"
        self._initialise(data)
        options = {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": str(folder),
            "max_connections": "200",
            "fsync": "on" if durable else "off",
            "synchronous_commit": "on" if durable else "off",
            "full_page_writes": "on" if durable else "off",
            "autovacuum": "off",
        }
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self.process = Server(
            "postgres",
            [str(self._bin / "postgres"), "-D", str(data), *flags],
            ports=[self.port],
            folder=folder,
            user=self._user,
            stop_signal=signal.SIGINT,  # "fast": breaks connections, keeps what was committed
        )

    def start(self) -> None:
        """Returns when queries are answered; the port alone opens a little earlier."""
        self.process.start()
        deadline = time.monotonic() + RECOVERY
        while time.monotonic() < deadline:
            if self._psql("SELECT 1", check=False).returncode == 0:
                return
            time.sleep(0.05)
        raise RuntimeError(f"PostgreSQL answers no query: {self.process.last_words()}")

    def stop(self, how: signal.Signals | None = None) -> None:
        self.process.stop(how)

    def url(self, database: str) -> str:
        return f"postgresql+asyncpg://{USER}@{LOOPBACK}:{self.port}/{database}"

    def fresh_database(self, template: str = "template1") -> str:
        """Makes a database like `template`, and returns its name."""
        name = f"t{next(self._numbers)}"
        self._psql(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return name

    def template(self, name: str, prepare: Callable[[str], None]) -> str:
        """Makes a database once, has `prepare(url)` fill it, and returns its name for `fresh_database`.

        `prepare` must close its connections: PostgreSQL refuses to copy a database that someone uses.
        """
        if name not in self._templates:
            self._psql(f'CREATE DATABASE "{name}"')
            prepare(self.url(name))
            self._templates.add(name)
        return name

    def drop_database(self, name: str) -> None:
        self._psql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _initialise(self, data: Path) -> None:
        data.mkdir(mode=0o700)
        give_away(data)
        initdb = [str(self._bin / "initdb"), "-D", str(data), "-U", USER, "-A", "trust"]
        done = subprocess.run(
            [*initdb, "-E", "UTF8", "--no-locale", "--no-sync"],
            cwd=self._folder,
            capture_output=True,
            check=False,
            text=True,
            user=self._user,
        )
        if done.returncode:
            raise RuntimeError(f"initdb failed: {done.stderr}")

    def _psql(self, statement: str, *, check: bool = True) -> subprocess.CompletedProcess[str]:
        target = ["-h", LOOPBACK, "-p", str(self.port), "-U", USER, "-d", "postgres"]
        done = subprocess.run(
            [str(self._bin / "psql"), "-X", "-q", *target, "-v", "ON_ERROR_STOP=1", "-c", statement],
            capture_output=True,
            check=False,
            text=True,
            cwd=self._folder,
        )
        if check and done.returncode:
            raise RuntimeError(f"{statement}: {done.stderr}")
        return done


def postgres_bin() -> Path:
    """The newest installed PostgreSQL's programs."""
    places = Path("/usr/lib/postgresql").glob("*/bin")
    found = sorted((p for p in places if (p / "initdb").exists()), key=lambda p: float(p.parent.name))
    need("PostgreSQL", bool(found))
    return found[-1]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    with server_folder("pg") as folder:
        server = PostgresServer(folder)
        server.start()
        yield server
        server.stop()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of an empty database, made for this test."""
    name = postgres_server.fresh_database()
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """A server for this test alone, fsync on: it may be stopped, frozen and killed."""
    with server_folder("pg") as folder:
        server = PostgresServer(folder, durable=True)
        server.start()
        yield server
        server.stop()
