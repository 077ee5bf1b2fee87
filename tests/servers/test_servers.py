"""Every server that the other tests trust does what they trust it for."""

import imaplib
import signal
import smtplib
import time
from email import message_from_bytes, policy
from email.message import EmailMessage

import aiohttp
import asyncpg
import pytest
from imapclient import IMAPClient
from playwright.async_api import Browser
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from tests.servers.mail import Mailbox, MailServer
from tests.servers.postgres import PostgresServer
from tests.servers.redis import RedisServer

PATIENCE = 20.0


def dsn(url: str) -> str:
    return url.replace("+asyncpg", "")


def letter(sender: str, recipient: str, subject: str = "Ma commande") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, recipient, subject
    message["Message-ID"] = f"<{time.monotonic_ns()}@example.com>"
    message.set_content("Bonjour, où est ma commande ?")
    return message


def send(server: MailServer, mailbox: Mailbox, message: EmailMessage) -> None:
    with smtplib.SMTP(server.host, server.smtp_port, timeout=10) as line:
        line.login(mailbox.address, mailbox.password)
        line.send_message(message)


def sign_in(server: MailServer, mailbox: Mailbox) -> IMAPClient:
    client = IMAPClient(server.host, port=server.imap_port, ssl=False, timeout=10)
    client.login(mailbox.address, mailbox.password)
    client.select_folder("INBOX")
    return client


def wait_for_mail(client: IMAPClient) -> EmailMessage:
    """Waits in IDLE, as the product does, and returns the newest mail.

    `client.idle()` must stand before the mail is sent: of what came between SELECT and IDLE, Dovecot tells
    only with its next "still here".
    """
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and not any(
        line[1] == b"EXISTS" for line in client.idle_check(timeout=1)
    ):
        pass
    client.idle_done()
    assert client.search("ALL"), "IDLE told of no mail"
    (newest,) = client.search("ALL")[-1:]
    raw = client.fetch([newest], ["RFC822"])[newest][b"RFC822"]
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


async def test_each_postgres_url_is_an_empty_database_with_the_french_words(postgres_url: str) -> None:
    connection = await asyncpg.connect(dsn(postgres_url))
    try:
        assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
        assert await connection.fetchval("SELECT to_tsvector('french', 'commandes')::text") == "'command':1"
        await connection.execute(
            "CREATE EXTENSION unaccent; CREATE EXTENSION pg_trgm; CREATE TABLE left_behind ()"
        )
    finally:
        await connection.close()


async def test_the_next_test_sees_nothing_of_the_one_before(postgres_url: str) -> None:
    connection = await asyncpg.connect(dsn(postgres_url))
    try:
        assert await connection.fetchval("SELECT to_regclass('left_behind')") is None
    finally:
        await connection.close()


async def test_a_killed_postgres_of_ones_own_comes_back_with_what_was_committed(
    own_postgres: PostgresServer,
) -> None:
    url = dsn(own_postgres.url("postgres"))
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    own_postgres.stop(signal.SIGKILL)
    with pytest.raises((OSError, asyncpg.PostgresError)):
        await asyncpg.connect(url)
    own_postgres.start()
    connection = await asyncpg.connect(url)
    assert await connection.fetchval("SELECT number FROM kept") == 7
    await connection.close()


async def test_redis_is_empty_and_passes_messages_on(redis_url: str) -> None:
    async with Redis.from_url(redis_url, decode_responses=True) as redis, redis.pubsub() as ears:
        assert await redis.dbsize() == 0
        await ears.subscribe("news")
        await ears.get_message(timeout=30)
        await redis.publish("news", "bonjour")
        heard = await ears.get_message(timeout=30)
    assert heard["data"] == "bonjour"


async def test_a_redis_of_ones_own_can_go_away_and_come_back(own_redis: RedisServer) -> None:
    own_redis.stop()
    async with Redis.from_url(own_redis.url) as redis:
        with pytest.raises(RedisConnectionError):
            await redis.ping()
    own_redis.start()
    async with Redis.from_url(own_redis.url) as redis:
        assert await redis.ping()


def test_a_mail_sent_by_smtp_is_told_by_imap_idle(mail_server: MailServer) -> None:
    customer, business = mail_server.add_mailbox("lea@example.org"), mail_server.add_mailbox()
    with sign_in(mail_server, business) as client:
        client.idle()
        send(mail_server, customer, letter(customer.address, business.address, "Où est ma commande ?"))
        message = wait_for_mail(client)
    assert message["Subject"] == "Où est ma commande ?"


def test_a_mail_to_nobody_comes_back_as_a_bounce(mail_server: MailServer) -> None:
    business = mail_server.add_mailbox()
    with sign_in(mail_server, business) as client:
        client.idle()
        send(mail_server, business, letter(business.address, "nobody-here@example.net"))
        bounce = wait_for_mail(client)
    assert bounce.get_content_type() == "multipart/report"
    assert "nobody-here@example.net" in bounce.as_string()


def test_a_wrong_password_opens_neither_half_of_the_mail_server(mail_server: MailServer) -> None:
    mailbox = mail_server.add_mailbox()
    with pytest.raises(imaplib.IMAP4.error):
        sign_in(mail_server, Mailbox(address=mailbox.address, password="wrong"))
    with (
        smtplib.SMTP(mail_server.host, mail_server.smtp_port, timeout=10) as line,
        pytest.raises(smtplib.SMTPAuthenticationError),
    ):
        line.login(mailbox.address, "wrong")


def test_mail_accepted_while_imap_is_away_arrives_when_it_is_back(own_mail_server: MailServer) -> None:
    customer, business = own_mail_server.add_mailbox(), own_mail_server.add_mailbox()
    own_mail_server.imap.stop()
    send(own_mail_server, customer, letter(customer.address, business.address))
    own_mail_server.imap.start()
    with sign_in(own_mail_server, business) as client:
        deadline = time.monotonic() + PATIENCE
        while not client.search("ALL") and time.monotonic() < deadline:
            time.sleep(0.2)
        assert len(client.search("ALL")) == 1


async def test_chromium_runs_a_page_with_modules(chromium: Browser) -> None:
    page = await chromium.new_page()
    await page.set_content("<script type=module>document.title = 'Bonjour'</script>")
    await page.wait_for_function("document.title === 'Bonjour'")


@pytest.mark.xdist_group("prism")
async def test_the_provider_s_mock_takes_a_right_request_and_refuses_a_wrong_one(prism: str) -> None:
    path = f"{prism}/2010-04-01/Accounts/AC{'0' * 32}/Messages.json"
    right = {"To": "+33639980001", "From": "+33199000001", "Body": "Bonjour"}
    signed = {"Authorization": aiohttp.encode_basic_auth("AC", "secret")}
    async with aiohttp.ClientSession(headers=signed) as client:
        assert (await client.post(path, data=right)).status == 201
        assert (await client.post(path, data=right | {"ValidityPeriod": "long"})).status == 422
        assert (await client.post(path, data={"Body": "Bonjour"})).status == 422
        assert (await client.post(f"{prism}/2010-04-01/NoSuchThing.json")).status == 404
    async with aiohttp.ClientSession() as stranger:
        assert (await stranger.post(path, data=right)).status == 401
