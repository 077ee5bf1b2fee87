"""Typed settings: a module for each room, one TOML file and the environment for all."""

from core.settings.bots import BotSettings
from core.settings.business import BusinessSettings
from core.settings.channels import (
    EmailSettings,
    ImapSettings,
    ProviderSettings,
    SandboxSettings,
    SmsSettings,
    SmtpListenSettings,
    SmtpSettings,
    VoiceSettings,
    WebchatSettings,
)
from core.settings.crm import HistorySettings, IdentitySettings
from core.settings.gateway import LogSettings, ServerSettings
from core.settings.load import load_settings, resolve_secret
from core.settings.routing import RoutingSettings
from core.settings.storage import StorageSettings
from core.settings.whole import Settings

__all__ = [
    "BotSettings",
    "BusinessSettings",
    "EmailSettings",
    "HistorySettings",
    "IdentitySettings",
    "ImapSettings",
    "LogSettings",
    "ProviderSettings",
    "RoutingSettings",
    "SandboxSettings",
    "ServerSettings",
    "Settings",
    "SmsSettings",
    "SmtpListenSettings",
    "SmtpSettings",
    "StorageSettings",
    "VoiceSettings",
    "WebchatSettings",
    "load_settings",
    "resolve_secret",
]
