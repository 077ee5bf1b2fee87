"""E-mail intake: a raw message until it is committed in the history, beside `email` parse and one durable INSERT."""

import asyncio
import tempfile
import time
from email.message import EmailMessage
from pathlib import Path

from benchmarks import floor
from benchmarks.table import Row
from channels.email.parse import parse
from channels.email.threading import Own
from core.bus import Bus
from core.clock import SystemClock
from core.settings import Settings
from crm.conversations.accept import accept
from crm.conversations.inbound import Inbound
from crm.conversations.joining import Limits
from gateway.assembly.reactions import production_reactions
from gateway.first_start import ensure_a_queue
from storage.engine.opening import open_store

AT_ONCE = 50
MESSAGES = 3000
CUSTOMERS = 500
OURS = "contact@example.org"


def letters(batch: str) -> list[bytes]:
    """Ordinary letters: plain and HTML parts, a signature, every third an answer with the letter before quoted."""
    return [_letter(batch, number) for number in range(MESSAGES)]


def _letter(batch: str, number: int) -> bytes:
    customer = number % CUSTOMERS
    message = EmailMessage()
    message["From"] = f"Client {customer} <client{customer}@example.com>"
    message["To"] = OURS
    message["Subject"] = "Ma commande" if number % 3 else "Re: Ma commande"
    message["Date"] = "Mon, 02 Nov 2026 10:00:00 +0100"
    message["Message-ID"] = f"<{batch}-{number}@example.com>"
    text = f"Bonjour,\n\nOù en est ma commande CF-{10000 + number} ?\n\nMerci d'avance,\n-- \nClient {customer}\n"
    if number % 3 == 0 and number >= CUSTOMERS:
        message["In-Reply-To"] = f"<{batch}-{number - CUSTOMERS}@example.com>"
        text += "\nLe lun. 2 nov. 2026 à 09:00, Service <contact@example.org> a écrit :\n> Bonjour,\n> C'est noté.\n"
    message.set_content(text)
    message.add_alternative(f"<html><body><p>{text}</p></body></html>", subtype="html")
    return bytes(message)


async def measure(rounds: int) -> list[Row]:
    mine, bare, shared = [], [], []
    for _ in range(rounds):
        bare.append(await bare_floor(1))
        mine.append(await ours())
        shared.append(await bare_floor(64))
    return [
        Row("E-mail intake, messages/s: SQLite", mine, bare, "≥ 1/3"),
        Row("  … a floor that shares commits", mine, shared, ""),
    ]


async def bare_floor(group: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        messages = letters("floor")
        began = time.perf_counter()
        await floor.mail_floor(Path(folder), messages, group, AT_ONCE, lambda: None)
        return len(messages) / (time.perf_counter() - began)


async def ours() -> float:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.model_validate({"server": {"data_dir": folder}, "bot": {"enabled": False}})
        clock = SystemClock()
        opened = await open_store(
            settings, clock=clock, bus=Bus(), reactions=production_reactions(settings.routing)
        )
        await opened.store.write(ensure_a_queue, settings)
        waiting, limits, own = iter(letters("ours")), Limits(), Own(address=OURS, secret="of the benchmark")

        async def worker() -> None:
            for raw in waiting:
                parsed = parse(raw, own, clock.now())
                assert isinstance(parsed, Inbound)
                await opened.store.write(accept, parsed, limits)

        began = time.perf_counter()
        await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
        rate = MESSAGES / (time.perf_counter() - began)
        await opened.close()
        return rate
