"""Settings of the channels, their provider and the sandbox."""

from typing import Annotated

from pydantic import Field, SecretStr

from core.settings.basics import Seconds, Section


class ProviderSettings(Section):
    """The telephone provider's account, for SMS and voice."""

    account_sid: str = ""
    auth_token: SecretStr = SecretStr("")
    api_url: str = "https://api.twilio.com"


class SmsSettings(Section):
    enabled: bool = False
    number: str = ""  # E.164, or the provider's messaging service sid
    max_segments: Annotated[int, Field(ge=1, le=10)] = 10


class VoiceSettings(Section):
    enabled: bool = False
    number: str = ""
    agent_address: str = "client:{user_id}"  # what is rung; a user's own telephone overrides it
    gather_timeout: Annotated[int, Field(ge=1, le=60)] = 5  # seconds of silence
    voice_fr: str = "Polly.Lea"
    voice_en: str = "Polly.Amy"


class ImapSettings(Section):
    host: str = ""
    port: int = 993
    tls: bool = True
    user: str = ""
    password: SecretStr = SecretStr("")
    folder: str = "INBOX"
    poll: Seconds = 60.0  # the safety net under IDLE


class SmtpSettings(Section):
    host: str = ""
    port: int = 587
    starttls: bool = True
    tls: bool = False
    user: str = ""
    password: SecretStr = SecretStr("")
    timeout: Seconds = 20.0


class SmtpListenSettings(Section):
    """Mail handed to us directly by SMTP, where no mailbox is fetched."""

    port: Annotated[int, Field(ge=0, le=65535)] = 0  # 0: not listening
    host: str = "127.0.0.1"


class EmailSettings(Section):
    enabled: bool = False
    address: str = ""  # the business's address, without a + part
    display_name: str = ""
    signature: str = ""
    trusted_mx: str = ""  # authserv-id whose Authentication-Results we believe
    max_message: Annotated[int, Field(gt=0)] = 26_214_400  # bytes
    reply_tags: bool = True  # answers come to address+tag; off where the server knows no + addresses
    imap: ImapSettings = ImapSettings()
    smtp: SmtpSettings = SmtpSettings()
    listen: SmtpListenSettings = SmtpListenSettings()


class WebchatSettings(Section):
    enabled: bool = True
    origins: list[str] = Field(default_factory=list)  # sites that may embed the widget; empty: any
    max_text: Annotated[int, Field(gt=0)] = 4000
    max_file: Annotated[int, Field(gt=0, le=10_485_760)] = 10_485_760  # bytes
    gone_after: Annotated[int, Field(gt=0)] = (
        180  # seconds without a visitor after which they have left the chat
    )
    visits: bool = False  # keep which pages of the site a visitor opened: ask them first
    identity_key: SecretStr = SecretStr(
        ""
    )  # with which a site signs who its signed-in visitors are; empty: nobody is


class SandboxSettings(Section):
    """Plays the customers' side. Refuses to start beside real provider credentials."""

    enabled: bool = False
    smtp_port: Annotated[int, Field(ge=0, le=65535)] = 0  # 0: any free port
