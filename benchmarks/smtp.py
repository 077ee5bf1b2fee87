"""Mail over SMTP until "250": ours, on SQLite and PostgreSQL, beside aiosmtpd alone, which keeps nothing.

The floor takes a mail and says so; it is what the library can do at most. `AT_ONCE` senders keep one connection each.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from benchmarks.intake import environment, free_port, running
from benchmarks.mail import OURS, letters
from benchmarks.servers import durable_postgres
from benchmarks.table import Row

AT_ONCE = 20

Starting = AbstractAsyncContextManager[int]


async def measure(rounds: int) -> list[Row]:
    with durable_postgres() as server:
        starts: tuple[Callable[[], Starting], ...] = (
            floor,
            product,
            lambda: product(server.url(server.fresh_database())),
        )
        rates: list[list[float]] = [[] for _ in starts]
        for number in range(rounds):
            for mine, start in zip(rates, starts, strict=True):
                async with start() as port:
                    await _deliver(port, letters(f"warm{number}")[:300])
                    mine.append(await _deliver(port, letters(f"round{number}")))
    bare, sqlite, postgres = rates
    return [
        Row("Mail over SMTP, messages/s: SQLite", sqlite, bare, "≥ 700 /s"),
        Row("Mail over SMTP, messages/s: PostgreSQL", postgres, bare, ""),
    ]


async def _deliver(port: int, messages: list[bytes]) -> float:
    waiting = iter(messages)

    async def sender() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)

        async def says(code: bytes) -> None:
            line = await reader.readline()
            while line[3:4] == b"-":
                line = await reader.readline()
            assert line.startswith(code), line

        async def tell(command: bytes, code: bytes) -> None:
            writer.write(command)
            await says(code)

        await says(b"220")
        await tell(b"EHLO bench.example.org\r\n", b"250")
        for raw in waiting:
            await tell(b"MAIL FROM:<client@example.com>\r\n", b"250")
            await tell(f"RCPT TO:<{OURS}>\r\n".encode(), b"250")
            await tell(b"DATA\r\n", b"354")
            body = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n").replace(b"\r\n.", b"\r\n..")
            await tell(body + b"\r\n.\r\n", b"250")
        await tell(b"QUIT\r\n", b"221")
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(sender() for _ in range(AT_ONCE)))
    return len(messages) / (time.perf_counter() - began)


@asynccontextmanager
async def product(postgres: str = "") -> AsyncIterator[int]:
    with tempfile.TemporaryDirectory() as folder:
        port, smtp = free_port(), free_port()
        env = environment(Path(folder), port) | {
            "FILROUGE_EMAIL__ENABLED": "true",
            "FILROUGE_EMAIL__ADDRESS": OURS,
            "FILROUGE_EMAIL__LISTEN__PORT": str(smtp),
        }
        if postgres:
            env["FILROUGE_STORAGE__URL"] = postgres
        async with running([sys.executable, "-m", "gateway.cli", "serve"], f"http://127.0.0.1:{port}", env):
            yield smtp


@asynccontextmanager
async def floor() -> AsyncIterator[int]:
    port = free_port()
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "benchmarks.smtp", str(port))
    try:
        for _ in range(200):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                break
        yield port
    finally:
        process.terminate()
        await process.wait()


class Taker:
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        return "250 OK"


async def _serve(port: int) -> None:
    loop = asyncio.get_running_loop()
    await loop.create_server(lambda: SMTP(Taker(), loop=loop), "127.0.0.1", port)
    await asyncio.Event().wait()


if __name__ == "__main__":
    import logging

    import uvloop

    logging.getLogger("mail.log").setLevel(logging.WARNING)
    uvloop.run(_serve(int(sys.argv[1])))
