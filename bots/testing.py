"""Plays a project's own tests: sentences whose intent is known, and conversations in Rasa's test-story format.

    stories:
    - story: an order is followed
      steps:
      - user: |
          where is my order?
        intent: order_status
      - action: utter_ask_order_number
      - user: |
          [CF-10234](order_number)
        intent: inform
      - bot: "Your order CF-10234 is being prepared."

After each `user` step the answer is compared with the steps up to the next: an `action` (a text one of whose variations
was said, `action_handover` for a handover, a form that asks), or `bot`, words that are in an answer. What is not named
is not compared, so that a test says no more than it means.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bots.dialogue.outcome import BotContext
from bots.dialogue.script import BUILT_IN, HANDOVER, RASA_OWN, Script
from bots.errors import BotFilesInvalid
from bots.project import Files, is_test
from bots.rasa_format import Response, Story, parse_example, read_stories
from bots.runtime import Bot, BotAnswer

_PLACE = re.compile(r"\\\{\w+\\\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """`turn` counts from 1; `wanted` and `got` are in words."""

    story: str
    turn: int
    said: str
    wanted: str
    got: str


def stories_to_try(files: Files) -> tuple[Story, ...]:
    """Those of the files that hold tests; raises `BotFilesInvalid`."""
    return tuple(
        story for path in sorted(files) if is_test(path) for story in read_stories(files[path], path)
    )


async def play(bot: Bot, script: Script, story: Story, context: BotContext) -> Failure | None:
    """The first step at which the bot does otherwise; None where it does as told to the end."""
    state: Mapping[str, Any] | None = None
    for turn, (user, wanted) in enumerate(_turns(story), start=1):
        said = parse_example("", str(user["user"]).strip(), story.name).text
        answer = await bot.answer(said, state, context)
        state = answer.state
        problem = _intent_problem(user, answer) or next(_problems(script, wanted, answer), None)
        if problem is not None:
            expected, got = problem
            return Failure(story=story.name, turn=turn, said=said, wanted=expected, got=got)
    return None


def _turns(story: Story) -> Iterator[tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]]:
    user: Mapping[str, Any] | None = None
    wanted: list[Mapping[str, Any]] = []
    for step in story.steps:
        if "user" in step:
            if user is not None:
                yield user, wanted
            user, wanted = step, []
        elif "intent" in step:
            raise BotFilesInvalid(
                file=story.name,
                problem="in a test each `intent` stands beside `user`, what the customer says",
            )
        else:
            wanted.append(step)
    if user is not None:
        yield user, wanted


def _intent_problem(user: Mapping[str, Any], answer: BotAnswer) -> tuple[str, str] | None:
    heard = answer.understanding
    if "intent" not in user or heard is None:
        return None
    got = "out_of_scope" if heard.out_of_scope else heard.intent
    return None if got == str(user["intent"]) else (f"intent {user['intent']}", f"intent {got}")


def _problems(
    script: Script, wanted: Sequence[Mapping[str, Any]], answer: BotAnswer
) -> Iterator[tuple[str, str]]:
    got = " / ".join(answer.replies) + (f" [{answer.handover.reason.value}]" if answer.handover else "")
    for step in wanted:
        if "bot" in step:
            words = " ".join(str(step["bot"]).split())
            if not any(words in " ".join(reply.split()) for reply in answer.replies):
                yield f"bot: {words}", got
        elif "action" in step and not _done(script, str(step["action"]), answer):
            yield f"action {step['action']}", got


def _done(script: Script, action: str, answer: BotAnswer) -> bool:
    if action == HANDOVER:
        return answer.handover is not None
    if action in script.forms:
        form = answer.state.get("form") or {}
        return form.get("name") == action or bool(answer.replies)
    if action in BUILT_IN or action in RASA_OWN or action in script.actions:
        return bool(answer.replies)
    return any(_says(one, reply) for one in script.responses.get(action, ()) for reply in answer.replies)


def _says(response: Response, reply: str) -> bool:
    """Whatever stands in its places, and whatever buttons stand below."""
    shape = _PLACE.sub(".*?", re.escape(response.text))
    return re.match(shape, reply, re.DOTALL) is not None
