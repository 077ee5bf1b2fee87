"""All settings, each room's in a section or more of its own."""

from core.settings.basics import Section
from core.settings.bots import BotSettings
from core.settings.business import BusinessSettings
from core.settings.channels import (
    EmailSettings,
    ProviderSettings,
    SandboxSettings,
    SmsSettings,
    VoiceSettings,
    WebchatSettings,
)
from core.settings.crm import HistorySettings, IdentitySettings
from core.settings.gateway import LogSettings, ServerSettings
from core.settings.routing import RoutingSettings
from core.settings.storage import StorageSettings


class Settings(Section):
    """All of them; every section has working defaults."""

    server: ServerSettings = ServerSettings()
    storage: StorageSettings = StorageSettings()
    business: BusinessSettings = BusinessSettings()
    identity: IdentitySettings = IdentitySettings()
    history: HistorySettings = HistorySettings()
    provider: ProviderSettings = ProviderSettings()
    sms: SmsSettings = SmsSettings()
    voice: VoiceSettings = VoiceSettings()
    email: EmailSettings = EmailSettings()
    webchat: WebchatSettings = WebchatSettings()
    sandbox: SandboxSettings = SandboxSettings()
    bot: BotSettings = BotSettings()
    routing: RoutingSettings = RoutingSettings()
    log: LogSettings = LogSettings()
