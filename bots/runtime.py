"""A bot ready to answer: trained ears, a script, and whoever knows the orders.

Whatever fails while it answers, the customer gets an apology and a person, and the caller gets no
exception.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog

from bots.actions_port import Actions
from bots.demo_orders import DemoOrders
from bots.dialogue.business import MOST_ACTIONS
from bots.dialogue.outcome import (
    ActionCall,
    ActionFailed,
    ActionResult,
    BotContext,
    Handover,
    HandoverReason,
    OrderFound,
    OrderNotFound,
    Turn,
)
from bots.dialogue.scene import Scene
from bots.dialogue.script import ORDER_STATUS, Script, load_script
from bots.dialogue.state import DialogueState, from_json, to_json
from bots.dialogue.turn import ORDER_NUMBER, greeting, resume, turn
from bots.explaining import explained
from bots.nlu.cleaning import clean
from bots.nlu.interpreter import Interpreter
from bots.nlu.understanding import Understanding
from bots.no_orders import NoActions
from bots.ports import Orders
from bots.training import load_or_train
from core.clock import Clock, SystemClock
from core.errors import FilrougeError
from core.words import Language

ACTION_TIMEOUT = timedelta(seconds=5)
_APOLOGY = {
    Language.FR: "Je rencontre un problème technique, veuillez m'en excuser. Je transmets à un conseiller.",
    Language.EN: "I have run into a technical problem, please excuse me. I am passing this on to an adviser.",
}
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class BotAnswer:
    """What to write in one transaction, the handler's epoch checked: replies in order, the dialogue's
    next state, and the handover if the bot's part is over. `end`: the customer has finished.
    `understanding` is for review; None for a greeting or when the bot failed."""

    replies: tuple[str, ...]
    state: dict[str, Any]
    language: Language
    handover: Handover | None = None
    end: bool = False
    understanding: Understanding | None = None


class Bot:
    """Stateless between calls; one instance serves all conversations, from any number of tasks."""

    def __init__(
        self,
        interpreter: Interpreter,
        script: Script,
        orders: Orders,
        *,
        clock: Clock | None = None,
        action_timeout: timedelta = ACTION_TIMEOUT,
        actions: Actions | None = None,
    ) -> None:
        self._interpreter = interpreter
        self._script = script
        self._orders = orders
        self._actions = actions or NoActions()
        self._clock = clock or SystemClock()
        self._action_timeout = action_timeout

    @classmethod
    def load_or_train(
        cls, folder: Path, cache: Path, orders: Orders | None = None, *, clock: Clock | None = None
    ) -> "Bot":
        """The bot of that folder. Blocks: 0.2 s with a model in `cache`, some seconds without; call it in
        a thread.

        Raises `BotFilesInvalid`. Without `orders` it knows the demo shop's.
        """
        script = load_script(folder)
        return cls(load_or_train(folder, cache), script, orders or DemoOrders(clock), clock=clock)

    @property
    def interpreter(self) -> Interpreter:
        return self._interpreter

    def greeting(self, context: BotContext, language: Language | None = None) -> BotAnswer:
        """What to say before the customer does; its state goes into their first `answer`."""
        spoken = language or context.default_language
        plan = greeting(spoken, now=self._clock.now(), context=context, script=self._script)
        return _answer(plan, spoken, None)

    async def answer(self, text: str, state_json: Mapping[str, Any] | None, context: BotContext) -> BotAnswer:
        """The answer to one message. Never raises; at least one reply; takes some 20 ms and what a
        look-up takes."""
        state = _restored(state_json)
        try:
            return await self._answer(text, state, context)
        except Exception:
            log.exception("bot.failed", channel=context.channel.value)
            return self._gave_up(text, state, context)

    async def try_out(
        self, text: str, state_json: Mapping[str, Any] | None, context: BotContext
    ) -> dict[str, Any]:
        """A turn as `answer`, as JSON with why it went so. Some 300 ms: it is tried what each word weighs."""
        answer = await self.answer(text, state_json, context)
        heard = answer.understanding
        state = from_json(answer.state)
        return {
            "replies": list(answer.replies),
            "state": answer.state,
            "language": answer.language.value,
            "intent": heard.intent if heard else None,
            "confidence": heard.confidence if heard else None,
            "sure": bool(heard and heard.sure),
            "out_of_scope": bool(heard and heard.out_of_scope),
            "entities": [asdict(entity) for entity in heard.entities] if heard else [],
            "rule": self._followed(heard, replace(_restored(state_json), slots=state.slots), context),
            "slots": dict(state.slots),
            "handover": answer.handover.reason.value if answer.handover else None,
            "end": answer.end,
            "why": await asyncio.to_thread(explained, self._interpreter, text),
        }

    def _followed(self, heard: Understanding | None, state: DialogueState, context: BotContext) -> list[str]:
        """The actions planned for what was heard, after all that was said before it."""
        if heard is None:
            return []
        scene = Scene(script=self._script, context=context, now=self._clock.now(), state=state, heard=heard)
        return list(scene.planned(heard.intent) or ())

    async def _answer(self, text: str, state: DialogueState, context: BotContext) -> BotAnswer:
        now = self._clock.now()
        heard = await asyncio.to_thread(
            self._interpreter.parse,
            text,
            spoken=state.language,
            default=context.default_language,
            today=context.hours.local(now).date(),
            region=context.country,
        )
        plan = turn(state, heard, now=now, context=context, script=self._script)
        calls = 0
        while plan.action is not None:
            calls += 1
            result = (
                await self._carry_out(plan.action, heard, context)
                if calls <= MOST_ACTIONS
                else ActionFailed(problem="too many actions in one turn")
            )
            plan = resume(
                plan.state,
                result,
                now=self._clock.now(),
                context=context,
                script=self._script,
                said=plan.replies,
            )
        return _answer(plan, context.default_language, heard)

    async def _carry_out(self, action: ActionCall, heard: Understanding, context: BotContext) -> ActionResult:
        number = action.slots.get(ORDER_NUMBER, "")
        try:
            async with asyncio.timeout(self._action_timeout.total_seconds()):
                if action.name != ORDER_STATUS:
                    return await self._actions.run(action, heard, context.channel)
                order = await self._orders.find(number)
        except Exception as problem:
            log.warning("bot.action_failed", action=action.name, problem=repr(problem))
            return ActionFailed(problem=repr(problem))
        return OrderNotFound(number=number) if order is None else OrderFound(order=order)

    def _gave_up(self, text: str, state: DialogueState, context: BotContext) -> BotAnswer:
        language = state.language or context.default_language
        said = clean(text)
        handover = Handover(
            reason=HandoverReason.BOT_FAILED,
            language=language,
            summary=said,
            slots=dict(state.slots),
            looked_up=state.looked_up,
            last_utterances=(*state.utterances, said),
        )
        ended = replace(state, handed_over=True, form=None, awaiting=None)
        return BotAnswer(
            replies=(_APOLOGY[language],), state=to_json(ended), language=language, handover=handover
        )


def _restored(state_json: Mapping[str, Any] | None) -> DialogueState:
    """A state of another version starts the dialogue afresh; the history still has what was said."""
    try:
        return from_json(state_json)
    except FilrougeError as problem:
        log.warning("bot.state_discarded", problem=str(problem))
        return DialogueState(introduced=True)


def _answer(plan: Turn, default: Language, heard: Understanding | None) -> BotAnswer:
    return BotAnswer(
        replies=plan.replies,
        state=to_json(plan.state),
        language=plan.state.language or default,
        handover=plan.handover,
        end=plan.end,
        understanding=heard,
    )
