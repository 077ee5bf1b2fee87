"""Filrouge: an omnichannel contact centre and conversational CRM."""

__version__ = "0.1.0"
