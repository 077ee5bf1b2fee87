"""An administrator stops the product: it goes at once, whatever it was about."""

from pathlib import Path
from time import monotonic

import aiohttp
import pytest

from tests.running import Customer, RunningProduct, give_model, until

SOON = 8.0  # seconds: containers are killed after ten


@pytest.mark.timeout(90)
async def test_it_stops_while_its_bot_is_trained_and_a_customer_waits_for_the_bot(tmp_path: Path) -> None:
    demo = RunningProduct(tmp_path, "demo")
    await demo.start()
    async with aiohttp.ClientSession() as http:
        await Customer(http, demo.url).post("/sms", **{"from": "+33639980123", "text": "Bonjour"})
    began = monotonic()
    demo.stop()
    took = monotonic() - began
    assert "bot.trained" not in demo.log(), "the bot was trained before the stop: nothing was proved"
    assert demo.process is not None
    assert demo.process.returncode == 0, demo.log()
    assert "Traceback" not in demo.log()
    assert took < SOON


@pytest.mark.timeout(90)
async def test_what_it_was_stopped_over_is_answered_after_the_next_start(
    tmp_path: Path, model_cache: Path
) -> None:
    demo = RunningProduct(tmp_path, "demo")
    await demo.start()
    async with aiohttp.ClientSession() as http:
        customer = Customer(http, demo.url)
        await customer.post("/sms", **{"from": "+33639980123", "text": "Quels sont vos horaires ?"})
        demo.stop()
        give_model(tmp_path, model_cache)
        await demo.start()
        try:
            answers = await until(lambda: customer.texts("+33639980123"))
        finally:
            demo.stop()
    assert len(answers) == 1
