"""A customer who stops our messages: their agent sees what the word means, and the bot kept quiet."""

import pytest
from playwright.async_api import expect

from tests.e2e.desk import Desk
from tests.e2e.test_channels import LEA
from tests.running import Customer

pytestmark = [pytest.mark.timeout(180), pytest.mark.xdist_group("e2e")]


async def test_the_agent_sees_that_the_customer_stopped_messages_and_wants_them_again(
    desk: Desk, customer: Customer
) -> None:
    await customer.post("/sms", **{"from": LEA, "text": "Je veux parler à un conseiller"})
    await desk.accept("Léa Martin", seconds=60)
    await customer.post("/sms", **{"from": LEA, "text": "STOP"})
    await expect(desk.timeline.get_by_text("A demandé l’arrêt des messages")).to_be_visible()
    await customer.post("/sms", **{"from": LEA, "text": "START"})
    await expect(desk.timeline.get_by_text("Accepte de nouveau les messages")).to_be_visible()
