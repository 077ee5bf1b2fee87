"""Mail for tests: Exim takes it by SMTP, Dovecot keeps it and tells of it by IMAP; none leaves the machine.

Every domain is local here, so a mail to anyone without an account comes back as a real bounce.
"""

import getpass
import grp
import itertools
import pwd
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
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

DOMAIN = "example.com"

DOVECOT = """
protocols = imap lmtp
listen = {loopback}
base_dir = {folder}/run
log_path = {folder}/dovecot-events.log
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
imap_idle_notify_interval = 10 s
mail_location = maildir:~/Maildir
mail_max_userip_connections = 100
auth_username_chars =
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/accounts/%u
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home/%u
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp_port}
  }}
}}
protocol lmtp {{
  postmaster_address = postmaster@{domain}
  hostname = mx.{domain}
}}
"""

EXIM = """
exim_path = {folder}/exim4
exim_user = {user}
exim_group = {group}
deliver_drop_privilege = true
never_users =
keep_environment =
tls_advertise_hosts =
primary_hostname = mx.{domain}
qualify_domain = {domain}
domainlist local_domains = *
daemon_smtp_ports = {smtp_port}
local_interfaces = {loopback}
spool_directory = {folder}/spool
log_file_path = {folder}/exim-%slog
pid_file_path = {folder}/exim.pid
smtp_accept_max = 200
smtp_accept_max_per_connection = 0
smtp_accept_queue_per_connection = 0
message_size_limit = 50M
bounce_return_size_limit = 100K
ignore_bounce_errors_after = 1h
acl_smtp_rcpt = check_recipient
acl_smtp_data = accept

begin acl
check_recipient:
  accept

begin routers
everyone:
  driver = accept
  transport = dovecot

begin transports
dovecot:
  driver = smtp
  protocol = lmtp
  hosts = {loopback}
  hosts_override
  port = {lmtp_port}
  allow_localhost
  multi_domain

begin retry
* * F,1h,1s

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if eq{{$auth3}}{{${{lookup{{$auth2}}lsearch{{{folder}/passwd}}}}}}}}
  server_set_id = $auth2

login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${{if eq{{$auth2}}{{${{lookup{{$auth1}}lsearch{{{folder}/passwd}}}}}}}}
  server_set_id = $auth1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """An account on the mail server: `address` is also the name to sign in with."""

    address: str
    password: str


class MailServer:
    """The two servers and their accounts; each can be stopped and started by itself (`imap`, `smtp`)."""

    host = LOOPBACK
    domain = DOMAIN

    def __init__(self, folder: Path) -> None:
        exim = shutil.which("exim4", path="/usr/sbin:/usr/local/sbin:/usr/bin")
        dovecot = shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin:/usr/bin")
        need("Dovecot", dovecot is not None and Path("/usr/lib/dovecot/lmtp").exists())
        need("Exim", exim is not None)
        self.imap_port, self.smtp_port, self._lmtp_port = free_port(), free_port(), free_port()
        self._folder = folder
        self._numbers = itertools.count(1)
        self._accounts: dict[str, str] = {}
        # The installed program is setuid root, and such a one would outlive tests that are killed.
        shutil.copyfile(str(exim), folder / "exim4")
        (folder / "exim4").chmod(0o755)
        user = unprivileged_user()
        for name in ("accounts", "home", "run", "spool"):
            (folder / name).mkdir()
            give_away(folder / name)
        self._write("passwd", "")
        self._write("dovecot.conf", self._filled(DOVECOT))
        self._write("exim.conf", self._filled(EXIM))
        self.imap = Server(
            "dovecot",
            [str(dovecot), "-F", "-c", str(folder / "dovecot.conf")],
            ports=[self.imap_port, self._lmtp_port],
            folder=folder,
            user=user,
        )
        self.smtp = Server(
            "exim",
            [str(folder / "exim4"), "-C", str(folder / "exim.conf"), "-bdf", "-q2s"],
            ports=[self.smtp_port],
            folder=folder,
            user=user,
        )

    def start(self) -> None:
        self.imap.start()
        self.smtp.start()

    def stop(self) -> None:
        self.smtp.stop()
        self.imap.stop()

    def add_mailbox(self, address: str | None = None, password: str = "secret-of-the-test") -> Mailbox:
        """Opens an account at once, for an address of any domain; without one, an address nobody else has."""
        address = address or f"box{next(self._numbers)}@{self.domain}"
        self._accounts[address] = password
        self._write("passwd", "".join(f"{name}:{word}\n" for name, word in self._accounts.items()))
        # Dovecot reads one file at most once a second, hence one for each account.
        self._write(f"accounts/{address}", f"{address}:{password}\n")
        return Mailbox(address=address, password=password)

    def log(self) -> str:
        """What both servers did, for the message of a test that fails."""
        names = ("exim-mainlog", "exim-paniclog", "dovecot-events.log")
        return "\n".join((self._folder / n).read_text("utf-8") for n in names if (self._folder / n).exists())

    def _filled(self, template: str) -> str:
        user = unprivileged_user() or getpass.getuser()
        return template.format(
            domain=DOMAIN,
            folder=self._folder,
            group=grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name,
            imap_port=self.imap_port,
            lmtp_port=self._lmtp_port,
            loopback=LOOPBACK,
            smtp_port=self.smtp_port,
            user=user,
        )

    def _write(self, name: str, text: str) -> None:
        """In one step, so that a server never reads half a file."""
        part = self._folder / f"{name}.part"
        part.write_text(text, "utf-8")
        give_away(part)
        part.replace(self._folder / name)


@pytest.fixture(scope="session")
def mail_server() -> Iterator[MailServer]:
    with server_folder("mail") as folder:
        server = MailServer(folder)
        server.start()
        yield server
        server.stop()


@pytest.fixture
def own_mail_server() -> Iterator[MailServer]:
    """A mail server for this test alone: its two halves may be stopped, frozen and started again."""
    with server_folder("mail") as folder:
        server = MailServer(folder)
        server.start()
        yield server
        server.stop()
