"""Any commands in any order keep the promises of the contact history: drawn at random, checked after each.

Customers write on every channel, twice and with strange references; staff answer with right and stale epochs; the
bot takes its turns; messages go out to a vendor that fails in every way, and its reports come in any order.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bots.dialogue.outcome import Handover, HandoverReason
from bots.reactions import TURN
from bots.runtime import BotAnswer
from core.errors import FilrougeError, TryLater
from core.ids import ContactPointId, ConversationId, DeliveryId, PartyId, UserId, new_id
from core.settings import Settings
from core.words import (
    Assurance,
    AuthorKind,
    ChannelName,
    ContactKind,
    Direction,
    HandlerKind,
    Language,
)
from crm.conversations.accept import Accepted, accept
from crm.conversations.handling import assign, hand_to_queue, resolve, return_to_queue
from crm.conversations.inbound import Inbound
from crm.conversations.joining import Limits
from crm.conversations.model import Conversation, DeliveryState, ExchangeKind, Handler, Status
from crm.conversations.reply import (
    CONTACT_KIND,
    DELIVER,
    RANK,
    Reply,
    add_note,
    record_status,
    resend,
    send_reply,
)
from crm.parties.model import Address, ContactPoint, Party, PartyKind
from gateway.bot_turns import BotTurns
from gateway.deliveries import Deliveries
from routing.model import Presence, WorkState
from storage.engine.migrate import migrate
from storage.engine.opening import Opened, database_url
from storage.engine.outbox import finish_task
from tests.crm.history import Fate, History, Killed, TurnedClock, Vendor, whole_history
from tests.fixtures import add_entry_point, add_queue, add_user, open_for_test

T = TypeVar("T")
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
OURS = ("ours-1", "ours-2")  # the business's addresses; the second is answered by people at once
PEOPLE = {
    ContactKind.PHONE: ("+33639980001", "+33639980002", "+33639980003"),
    ContactKind.EMAIL: ("lea@example.com", "tom@example.com", "eve@example.net"),
    ContactKind.WEBCHAT: ("visitor-1", "visitor-2", "visitor-3"),
}
JUMPS = (timedelta(minutes=5), timedelta(hours=23, minutes=59), timedelta(hours=25), timedelta(hours=73))
NEED = {WorkState.WAITING, WorkState.OFFERED, WorkState.ACCEPTED}
which = st.integers(0, 30)  # picks one of what there is
seldom = st.sampled_from([False, False, False, True])


class Bot:
    """Says what it is told to say."""

    def __init__(self) -> None:
        self.next: BotAnswer | None = None

    async def answer(self, text: str, state: Any, context: Any) -> Any:
        return self.next


def pick(found: Sequence[T], which: int) -> T:
    return found[which % len(found)]


with_an_agent = precondition(lambda self: self.conversations(HandlerKind.AGENT))


class Service(RuleBasedStateMachine):
    """Three queues, three agents with room for everything, three known customers and whoever else writes."""

    migrated: Path

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp())
        self.clock = TurnedClock(START)
        self.vendor, self.bot = Vendor(), Bot()
        self.agents: list[UserId] = []
        self.held: list[
            tuple[ConversationId, Handler, int]
        ] = []  # every agent who ever held one, and since when
        self.given: set[tuple[str, str]] = set()  # what sources handed over
        self.opened: Opened | None = None

    # The stage

    @initialize()
    def open(self) -> None:
        shutil.copytree(self.migrated, self.folder, dirs_exist_ok=True)
        how = Settings.model_validate(
            {
                "server": {"data_dir": str(self.folder), "secret": "of-the-test"},
                "storage": {"synchronous": "NORMAL"},
            }
        )
        self.opened = self.runner.run(open_for_test(how, clock=self.clock))
        self.store = self.opened.store
        # Random customers repeat themselves; the brake has tests of its own.
        self.turns = BotTurns(self.store, how, self.the_bot, brake=lambda lines, now: None)
        channels: Any = dict.fromkeys(ChannelName, self.vendor)
        self.deliveries = Deliveries(self.store, self.clock, channels, Language.FR)
        self.runner.run(self.furnish())
        self.now = self.look()
        self.begin_in_the_middle_of_the_day()

    def begin_in_the_middle_of_the_day(self) -> None:
        for number, channel in enumerate(ChannelName):
            self.customer_writes(channel, number % 3, OURS[number % 2], 100 + number, None, None, True, False)
        for number in range(2):
            self.bot_takes_its_turn(0, 1, number == 0)
            self.agent_takes_it(number, number)
            self.holder_replies(number, 0, None)
        letter = self.now.conversations[min(self.now.references.values())]
        for queue in (self.queues[1], None):  # answered by the other team, and over
            held = self.do(assign, letter.id, self.agents[2], "taken by hand")
            if queue is None:
                self.do(resolve, letter.id, held.handler, held.epoch, outcome="done")
            else:
                self.do(
                    hand_to_queue, letter.id, held.handler, held.epoch, queue_id=queue.id, reason="transfer"
                )

    async def furnish(self) -> None:
        self.queues = [await add_queue(self.store, name) for name in ("Accueil", "Litiges", "Livraisons")]
        for channel in ChannelName:
            await add_entry_point(self.store, self.queues[0], channel, OURS[0], bot="accueil")
            await add_entry_point(self.store, self.queues[2], channel, OURS[1])
        for name in ("Anne", "Bruno", "Chloé"):
            user = await add_user(self.store, name, queues=self.queues, capacity=100_000)
            await self.store.write(
                lambda tx, u: tx.agents.set_presence(u, Presence.AVAILABLE, "", tx.now), user
            )
            self.agents.append(user)
        for number in (0, 1):
            await self.store.write(self.known_customer, number)

    def known_customer(self, tx: Any, number: int) -> None:
        """One person with a telephone, a mailbox and a chat; only the first one's are verified."""
        party = Party(id=PartyId(new_id()), kind=PartyKind.PERSON, name="?", language=None, created_at=tx.now)
        tx.parties.insert(party)
        for kind, values in PEOPLE.items():
            tx.parties.insert_contact_point(
                ContactPoint(
                    id=ContactPointId(new_id()),
                    party_id=party.id,
                    kind=kind,
                    value=values[number],
                    assurance=Assurance.UNVERIFIED if number else Assurance.VERIFIED,
                    preferred=False,
                    source="test",
                    created_at=tx.now,
                )
            )

    async def the_bot(self, name: str, conversation_id: str) -> Any:
        return self.bot

    def teardown(self) -> None:
        if self.opened is not None:
            self.runner.run(self.opened.close())
        self.runner.close()
        shutil.rmtree(self.folder)

    # One command, and what must be true after it

    def look(self) -> History:
        return self.runner.run(self.store.read(whole_history))

    def do(self, command: Callable[..., Any], *args: Any, again: bool = False, **more: Any) -> Any:
        """Runs one command and checks every promise; the answer, or the error that refused it."""
        before = self.now
        try:
            answer = self.runner.run(self.store.write(command, *args, **more))
        except FilrougeError as error:
            answer = error
        if isinstance(answer, FilrougeError):
            assert self.look() == before, f"{answer} left something behind"
        else:
            self.settle(again=again)
        return answer

    def settle(self, *, again: bool = False) -> None:
        """Looks at what is now, and holds it against what was."""
        before, self.now = self.now, self.look()
        promises_hold(before, self.now, self.given, again=again)
        for c in self.now.conversations.values():
            if c.handler.kind is HandlerKind.AGENT and (c.id, c.handler, c.epoch) not in self.held:
                self.held.append((c.id, c.handler, c.epoch))

    def conversations(self, *kinds: HandlerKind) -> list[Conversation]:
        """Those whose handler is of one of the kinds, or all."""
        every = sorted(self.now.conversations.values(), key=lambda c: c.id)
        return [c for c in every if not kinds or c.handler.kind in kinds]

    def tasks(self, kind: str) -> list[Any]:
        return [t for t in self.now.tasks.values() if t["kind"] == kind]

    def stale(self) -> list[tuple[ConversationId, Handler, int]]:
        return [h for h in self.held if self.now.conversations[h[0]].epoch != h[2]]

    def failed(self) -> list[Any]:
        return [d for d in self.now.deliveries.values() if RANK[DeliveryState(d["state"])] == 4]

    # Customers

    @rule(
        channel=st.sampled_from(list(ChannelName)),
        who=st.integers(0, 2),
        to=st.sampled_from(OURS),
        number=which,
        refers=st.none() | which,
        copied=st.none() | st.integers(0, 2),
        verified=st.booleans(),
        automatic=seldom,
    )
    def customer_writes(
        self,
        channel: ChannelName,
        who: int,
        to: str,
        number: int,
        refers: int | None,
        copied: int | None,
        verified: bool,
        automatic: bool,
    ) -> None:
        self.clock.turn(SECOND)
        mail = channel is ChannelName.EMAIL
        inbound = Inbound(
            channel=channel,
            account=to,
            provider_id=f"in-{number}",
            sender=Address(kind=CONTACT_KIND[channel], value=PEOPLE[CONTACT_KIND[channel]][who]),
            business_address=to,
            text=f"message {number}",
            subject="la même chose" if mail else "",
            occurred_at=self.clock.now(),
            assurance=Assurance.VERIFIED if verified else Assurance.UNVERIFIED,
            refers_to=self.references(refers),
            announces=(f"mid:{channel}:{number}@example.com",) if mail else (),
            copied=(Address(kind=ContactKind.EMAIL, value=PEOPLE[ContactKind.EMAIL][copied]),)
            if mail and copied is not None
            else (),
            automatic=mail and automatic,
        )
        self.take(inbound)

    @precondition(lambda self: self.answerable())
    @rule(which=which, to=st.sampled_from(OURS), after=st.sampled_from([SECOND, *JUMPS]), automatic=seldom)
    def customer_answers_a_letter(self, which: int, to: str, after: timedelta, automatic: bool) -> None:
        """To what was resolved, if anything was: soon enough to reopen it, or too late."""
        self.clock.turn(after)
        reference, sender = pick(self.answerable(), which)
        self.take(
            Inbound(
                channel=ChannelName.EMAIL,
                account=to,
                provider_id=f"answer-{len(self.given)}",
                sender=Address(kind=ContactKind.EMAIL, value=sender),
                business_address=to,
                text="encore moi",
                occurred_at=self.clock.now(),
                refers_to=(reference,),
                automatic=automatic,
            )
        )

    def answerable(self) -> list[tuple[str, str]]:
        """(reference, mailbox of the conversation's own party)."""
        found = [(r, self.now.conversations[c]) for r, c in sorted(self.now.references.items())]
        over = [(r, c) for r, c in found if c.status is Status.RESOLVED]
        mailboxes = {p["party_id"]: a[1] for a, p in self.now.points.items() if a[0] == ContactKind.EMAIL}
        return [(r, mailboxes[c.party_id]) for r, c in over or found if c.party_id in mailboxes]

    def take(self, inbound: Inbound) -> None:
        """Hands it over, and holds where it went against the rules."""
        before, expected = self.now, where_it_belongs(self.now, inbound, self.clock.now())
        self.given.add((f"{inbound.channel}:{inbound.account}", inbound.provider_id))
        accepted = self.do(accept, inbound, Limits())
        assert isinstance(accepted, Accepted)
        check_it_went_there(before, self.now, inbound, accepted, expected)

    def references(self, refers: int | None) -> tuple[str, ...]:
        known = sorted(self.now.references)
        if refers is None:
            return ()
        return ("mid:nobody-knows@example.com", *(known[refers % len(known) :][:1] if known else ()))

    # People at work

    @rule(which=which, who=st.integers(0, 2))
    def agent_takes_it(self, which: int, who: int) -> None:
        self.clock.turn(SECOND)
        c = pick(self.conversations(), which)
        self.do(assign, c.id, self.agents[who], "taken by hand")

    @with_an_agent
    @rule(which=which, key=st.integers(0, 3), channel=st.none() | st.sampled_from(list(ChannelName)))
    def holder_replies(self, which: int, key: int, channel: ChannelName | None) -> None:
        self.clock.turn(SECOND)
        c = pick(self.conversations(HandlerKind.AGENT), which)
        self.do(send_reply, reply(c.id, c.handler, c.epoch, key, channel))

    @precondition(lambda self: self.stale())
    @rule(which=which)
    def former_holder_replies(self, which: int) -> None:
        self.clock.turn(SECOND)
        conversation_id, holder, epoch = pick(self.stale(), which)
        refused = self.do(send_reply, reply(conversation_id, holder, epoch, new_id()))
        assert isinstance(refused, FilrougeError)
        assert refused.code == "stale_handler"

    @rule(which=which)
    def someone_who_never_held_it_replies(self, which: int) -> None:
        c = pick(self.conversations(), which)
        stranger = Handler(kind=HandlerKind.AGENT, ref="stranger")
        refused = self.do(send_reply, reply(c.id, stranger, c.epoch, new_id()))
        assert isinstance(refused, FilrougeError)

    @rule(which=which)
    def note(self, which: int) -> None:
        self.clock.turn(SECOND)
        self.do(add_note, pick(self.conversations(), which).id, self.agents[0], "à rappeler")

    @with_an_agent
    @rule(which=which, to=st.integers(0, 1), stale=seldom)
    def transfer(self, which: int, to: int, stale: bool) -> None:
        self.clock.turn(SECOND)
        c = pick(self.conversations(HandlerKind.AGENT), which)
        more: Any = {"queue_id": self.queues[to].id, "reason": "transfer", "summary": "voir ci-dessus"}
        self.do(hand_to_queue, c.id, c.handler, c.epoch - stale, **more)

    @with_an_agent
    @rule(which=which, stale=seldom)
    def resolve(self, which: int, stale: bool) -> None:
        self.clock.turn(SECOND)
        c = pick(self.conversations(HandlerKind.AGENT), which)
        self.do(resolve, c.id, c.handler, c.epoch - stale, outcome="done", note="fini")

    @with_an_agent
    @rule(which=which)
    def agent_goes_silent(self, which: int) -> None:
        self.clock.turn(SECOND)
        self.do(return_to_queue, pick(self.conversations(HandlerKind.AGENT), which).id, "agent_silent")

    @rule(by=st.sampled_from(JUMPS))
    def time_passes(self, by: timedelta) -> None:
        self.clock.turn(by)

    # The bot

    @precondition(lambda self: self.tasks(TURN))
    @rule(which=which, says=st.integers(1, 2), hands_over=st.booleans())
    def bot_takes_its_turn(self, which: int, says: int, hands_over: bool) -> None:
        self.clock.turn(SECOND)
        task = pick(self.tasks(TURN), which)
        handover = Handover(reason=HandoverReason.ASKED, language=Language.FR, summary="il veut quelqu'un")
        self.bot.next = BotAnswer(
            replies=tuple(f"réponse {n}" for n in range(says)),
            state={},
            language=Language.FR,
            handover=handover if hands_over else None,
        )
        was = self.now.conversations[task["payload"]["conversation_id"]]
        finish = self.runner.run(self.turns.take(task["payload"], 0))
        self.do(finish_task, task["id"], finish)
        if was.epoch != task["payload"]["epoch"]:
            assert self.now.conversations[was.id] == was, "a bot spoke over whoever took its conversation"

    # What goes out

    @precondition(lambda self: self.tasks(DELIVER))
    @rule(which=which, fate=st.sampled_from([Fate.TAKEN, Fate.TAKEN, *Fate]))
    def message_goes_out(self, which: int, fate: Fate) -> None:
        self.clock.turn(SECOND)
        task = pick(self.tasks(DELIVER), which)
        self.vendor.fate = fate
        finish: Any = None
        try:
            finish = self.runner.run(self.deliveries.deliver(task["payload"], task["attempts"]))
        except (TryLater, Killed):
            self.settle()
        else:
            self.settle()  # what the attempt wrote before the vendor answered
            self.do(finish_task, task["id"], finish)
        assert max(self.vendor.times.values(), default=0) <= 1, "the vendor was given a message twice"

    @precondition(lambda self: self.vendor.taken)
    @rule(which=which, state=st.sampled_from([s for s in DeliveryState if s is not DeliveryState.QUEUED]))
    def vendor_reports(self, which: int, state: DeliveryState) -> None:
        sid, delivery_id = pick(sorted(self.vendor.taken.items()), which)
        before = self.now.deliveries[delivery_id]
        channel = ChannelName(before["channel"])
        assert self.do(record_status, channel, state, provider_id=sid, delivery_id=delivery_id)
        if before["provider_id"] not in (None, sid):
            assert self.now.deliveries[delivery_id] == before, (
                "an earlier message's report changed a later one"
            )

    @precondition(lambda self: self.failed())
    @rule(which=which)
    def agent_sends_it_again(self, which: int) -> None:
        self.clock.turn(SECOND)
        delivery = pick(self.failed(), which)
        self.vendor.sent_anew(delivery["id"])
        self.do(resend, DeliveryId(delivery["id"]), again=True)


def reply(
    conversation_id: ConversationId, holder: Handler, epoch: int, key: object, channel: Any = None
) -> Reply:
    return Reply(
        conversation_id=conversation_id,
        holder=holder,
        epoch=epoch,
        text="Bonjour",
        key=str(key),
        channel=channel,
    )


def promises_hold(before: History, after: History, given: set[tuple[str, str]], *, again: bool) -> None:
    """`again`: the command was a resend, the one thing that lets a delivery begin anew."""
    nothing_of_the_history_changed(before, after)
    positions_have_no_gap(after)
    everything_given_is_there_once(after, given)
    each_conversation_has_one_handler(before, after)
    the_work_is_where_the_handler_says(after)
    senders_belong_to_their_conversation(after)
    what_became_of_each_message_is_known(before, after, again=again)


def nothing_of_the_history_changed(before: History, after: History) -> None:
    assert before.exchanges.items() <= after.exchanges.items()
    assert before.keys.items() <= after.keys.items()
    assert before.references.items() <= after.references.items()
    assert before.participants <= after.participants
    assert before.points.keys() <= after.points.keys()
    for address, point in before.points.items():
        assert after.points[address]["party_id"] == point["party_id"]
        assert point["assurance"] in ("unverified", after.points[address]["assurance"])


def positions_have_no_gap(after: History) -> None:
    for conversation in after.conversations.values():
        positions = [e.position for e in after.of(conversation.id)]
        assert positions == list(range(1, conversation.last_position + 1))


def everything_given_is_there_once(after: History, given: set[tuple[str, str]]) -> None:
    inbound = [e.id for e in after.exchanges.values() if e.direction is Direction.INBOUND]
    keyed = {key: e for key, e in after.keys.items() if not key[0].startswith("reply:")}
    assert keyed.keys() == given
    assert sorted(keyed.values()) == sorted(inbound)


def each_conversation_has_one_handler(before: History, after: History) -> None:
    for c in after.conversations.values():
        was = before.conversations.get(c.id)
        grown = c.epoch - was.epoch if was else c.epoch - 1
        assert grown in (0, 1)
        assert was is None or was.handler == c.handler or grown == 1, "it changed hands without an epoch"
        assert (c.status is Status.RESOLVED) == (c.handler.kind is HandlerKind.NOBODY)
        assert (c.resolved_at is not None) == (c.status is Status.RESOLVED)
        assert bool(c.handler.ref) == (c.handler.kind is not HandlerKind.NOBODY)


def the_work_is_where_the_handler_says(after: History) -> None:
    for c in after.conversations.values():
        needs = [i for i in after.items.values() if i.conversation_id == c.id and i.state in NEED]
        if c.handler.kind is HandlerKind.QUEUE:
            (need,) = needs
            assert need.state in (WorkState.WAITING, WorkState.OFFERED)
            assert need.queue_id == c.handler.ref == c.queue_id
        elif c.handler.kind is HandlerKind.AGENT:
            (need,) = needs
            assert (need.state, need.offered_to) == (WorkState.ACCEPTED, c.handler.ref)
        else:
            assert needs == []


def senders_belong_to_their_conversation(after: History) -> None:
    """A subject, or a reference alone, brings nobody into another's conversation."""
    for e in after.exchanges.values():
        if e.direction is not Direction.INBOUND:
            continue
        kind = CONTACT_KIND[e.channel].value
        party = after.points[kind, e.author_ref]["party_id"]
        on_it = (e.conversation_id, kind, e.author_ref) in after.participants
        assert party == after.conversations[e.conversation_id].party_id or on_it


def what_became_of_each_message_is_known(before: History, after: History, *, again: bool) -> None:
    said = {
        e.id
        for e in after.exchanges.values()
        if e.direction is Direction.OUTBOUND and e.kind is ExchangeKind.MESSAGE
    }
    assert {d["exchange_id"] for d in after.deliveries.values()} == said
    tasks = {t["payload"].get("delivery_id") for t in after.tasks.values() if t["kind"] == DELIVER}
    for d in after.deliveries.values():
        state = DeliveryState(d["state"])
        assert state is not DeliveryState.QUEUED or d["id"] in tasks, "nobody is going to send it"
        assert d["reason"] or RANK[state] < 4 or d["provider_id"], "failed, and nobody knows why"
        if d["id"] in before.deliveries:
            was = DeliveryState(before.deliveries[d["id"]]["state"])
            anew = again and RANK[was] == 4 and state is DeliveryState.QUEUED
            assert RANK[state] >= RANK[was] or anew


def where_it_belongs(before: History, inbound: Inbound, now: datetime) -> tuple[str | None, str | None]:
    """(conversation to join or None for a new one, conversation that the new one follows), by the rules' words."""
    key = (f"{inbound.channel}:{inbound.account}", inbound.provider_id)
    if key in before.keys:
        return before.exchanges[before.keys[key]].conversation_id, None
    sender = (inbound.sender.kind.value, inbound.sender.value)
    party = before.points[sender]["party_id"] if sender in before.points else None
    referred = next((before.references[r] for r in inbound.refers_to if r in before.references), None)
    if referred:  # (a)
        c = before.conversations[referred]
        if c.party_id == party or (referred, *sender) in before.participants:
            if c.status is not Status.RESOLVED or (
                c.resolved_at and now - c.resolved_at < timedelta(hours=72)
            ):
                return referred, None
            return None, referred
    if inbound.channel is ChannelName.EMAIL or party is None:
        return None, None
    mine = [
        c for c in before.conversations.values() if c.party_id == party and c.status is not Status.RESOLVED
    ]
    mine.sort(key=lambda c: (c.last_activity_at, c.id), reverse=True)
    for c in mine:  # (b)
        if (c.channel, c.business_address) == (inbound.channel, inbound.business_address):
            return c.id, None
    verified = inbound.assurance is Assurance.VERIFIED or before.points[sender]["assurance"] == "verified"
    for c in mine:  # (c)
        theirs = before.points.get((c.customer.kind.value, c.customer.value))
        both = verified and theirs and theirs["party_id"] == party and theirs["assurance"] == "verified"
        same_number = c.customer == inbound.sender and c.customer.kind is ContactKind.PHONE
        recent = now - c.last_activity_at < timedelta(hours=24)
        if c.channel is not inbound.channel and recent and (both or same_number):
            return c.id, None
    return None, None  # (d)


def check_it_went_there(
    before: History,
    after: History,
    inbound: Inbound,
    accepted: Accepted,
    expected: tuple[str | None, str | None],
) -> None:
    joins, follows = expected
    if accepted.duplicate:
        assert (accepted.conversation_id, after) == (joins, before)
        return
    c = after.conversations[accepted.conversation_id]
    if joins is not None:
        assert c.id == joins
    else:
        assert c.id not in before.conversations
        assert c.follows_id == follows
        to_bot = inbound.business_address == OURS[0] and not inbound.automatic
        assert (c.handler.kind is HandlerKind.BOT) == to_bot
    was = before.conversations.get(c.id)
    if was and was.status is Status.RESOLVED:
        assert (c.status is Status.RESOLVED) == inbound.automatic, "a customer reopens, a machine does not"
    asked = [t for t in after.tasks.values() if t["payload"].get("exchange_id") == accepted.exchange_id]
    answers = c.handler.kind is HandlerKind.BOT and not inbound.automatic
    assert bool(asked) == answers, "a bot answers people, and no machine"
    newest = after.exchanges[accepted.exchange_id]
    assert (newest.author, newest.position) == (AuthorKind.CUSTOMER, c.last_position)


SHORT = settings(
    max_examples=12, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
LONG = settings(SHORT, max_examples=300, stateful_step_count=80)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of the present schema, to be copied."""
    folder = tmp_path_factory.mktemp("migrated")
    empty = Settings.model_validate({"server": {"data_dir": str(folder)}})
    asyncio.run(migrate(database_url(empty)))
    return folder


def prove(migrated: Path, how: settings) -> None:
    service = type("Service", (Service,), {"migrated": migrated})
    run_state_machine_as_test(service, settings=how)


def test_no_sequence_of_commands_breaks_the_history(migrated: Path) -> None:
    prove(migrated, SHORT)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_no_longer_sequence_does_either(migrated: Path) -> None:
    prove(migrated, LONG)
