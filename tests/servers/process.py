"""One way to run a server for tests: own folder, own ports, unprivileged, dead when the tests are dead."""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

LOOPBACK = "127.0.0.1"
PR_SET_PDEATHSIG = 1
UNPRIVILEGED = "nobody"


class ServerDidNotStartError(RuntimeError):
    """The process ended, or its port stayed shut; the message carries the last lines it wrote."""


def need(what: str, present: bool) -> None:
    """Ends the test where a server is not installed: as a skip by hand, as a failure where CI=true."""
    if present:
        return
    reason = f"{what} is not installed (see scripts/debian_servers.sh)"
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}, and CI must not skip", pytrace=False)
    pytest.skip(f"MISSING SERVER: {reason}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def unprivileged_user() -> str | None:
    """Who runs the servers that refuse root; None: the tests are not root, so nobody needs to change."""
    return UNPRIVILEGED if os.geteuid() == 0 else None


@contextlib.contextmanager
def server_folder(name: str) -> Iterator[Path]:
    """A folder that the unprivileged user may enter and write, removed at the end.

    Not under pytest's own temporary folder: that one only root may enter. The name stays short, because the
    path of a Unix socket must not be longer than 107 bytes.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"filrouge-{name}-"))
    give_away(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def give_away(path: Path) -> None:
    """Makes a file or folder the unprivileged user's own."""
    if (user := unprivileged_user()) is not None:
        entry = pwd.getpwnam(user)
        os.chown(path, entry.pw_uid, entry.pw_gid)


class Server:
    """A process that listens; `start` returns when every port answers, `stop` when every port is shut."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        ports: Sequence[int],
        folder: Path,
        user: str | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        environment: Mapping[str, str] | None = None,
        patience: float = 30.0,
    ) -> None:
        self.name = name
        self.ports = tuple(ports)
        self._command = list(command)
        self._log = folder / f"{name}.log"
        self._folder = folder
        self._user = user
        self._stop_signal = stop_signal
        self._environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "LC_ALL": "C.UTF-8",
            **(environment or {}),
        }
        self._patience = patience
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Starts the process, unless it runs.

        Raises:
            ServerDidNotStartError: the process ended, or a port stayed shut for `patience` seconds.
        """
        if self.running:
            return
        account = pwd.getpwnam(self._user) if self._user else None
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent,
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
            )
        deadline = time.monotonic() + self._patience
        while not all(answers(port) for port in self.ports):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise ServerDidNotStartError(f"{self.name}: {self.last_words()}")
            time.sleep(0.02)

    def stop(self, how: signal.Signals | None = None) -> None:
        """Stops the process, with all it started, by `how` (a polite signal unless told)."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            if how is signal.SIGKILL:
                os.killpg(process.pid, how)
            else:
                process.send_signal(how or self._stop_signal)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            pass
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        deadline = time.monotonic() + 10
        while any(answers(port) for port in self.ports) and time.monotonic() < deadline:
            time.sleep(0.02)

    def freeze(self) -> None:
        """The server is there and says nothing, as behind a dead network."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGCONT)

    def last_words(self, lines: int = 20) -> str:
        if not self._log.exists():
            return "(it wrote nothing)"
        return "\n".join(self._log.read_text("utf-8", "replace").splitlines()[-lines:])


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((LOOPBACK, port)) == 0


def _die_with_parent() -> None:
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
