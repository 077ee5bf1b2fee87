"""Settings of the customer file and the contact history."""

from core.settings.basics import Seconds, Section


class HistorySettings(Section):
    """When an inbound exchange joins a conversation that already is (DOMAIN.md's rules a and c)."""

    reopen_within: Seconds = 72 * 3600.0
    hop_within: Seconds = 24 * 3600.0


class IdentitySettings(Section):
    """When two customers are taken for one."""

    join_certain: bool = True
