"""Settings of the bots."""

from core.settings.basics import Section


class BotSettings(Section):
    enabled: bool = True
    folder: str = ""  # Rasa YAML files; empty: the first-level bot that comes with the product
    orders_url: str = (
        ""  # action server that answers order look-ups; empty: the demo's order book in the sandbox
    )
    actions_url: str = ""  # action server for the designers' own actions; empty: such an action hands over
