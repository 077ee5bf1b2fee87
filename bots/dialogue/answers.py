"""The two things the bot can tell: when the business is open, and where an order is."""

from datetime import date

from bots.dialogue import phrases
from bots.dialogue.scene import Scene
from bots.ports import OrderState, OrderStatus


def opening_hours(scene: Scene) -> tuple[str, ...]:
    """For the day that was asked about, if one was; otherwise for now and for the week."""
    hours = scene.context.hours
    if hours.is_open(scene.now) and hours.closing(scene.now) is None:
        return (scene.say("utter_open_always"),)
    asked = scene.heard.entity("date")
    if asked is not None and (day := date.fromisoformat(asked)) > scene.today:
        return (_hours_on(scene, day),)
    week = phrases.week(hours, scene.language)
    if not week:
        return (scene.say("utter_hours_none"),)
    return (_now(scene), scene.say("utter_hours", hours=week))


def next_opening(scene: Scene) -> str | None:
    """In words, or None if no opening is in sight."""
    then = scene.context.hours.next_opening(scene.now)
    return None if then is None else phrases.moment(then, scene.local_now, scene.language)


def order_status(scene: Scene, order: OrderStatus) -> tuple[str, ...]:
    """State, expected day, carrier and, where it can be clicked on, the tracking page."""
    language = scene.language
    since = phrases.plain_day(order.since or scene.today, language)
    sentences = [scene.say(f"utter_order_{order.state.value}", order_number=order.number, since=since)]
    still_coming = order.state not in {OrderState.DELIVERED, OrderState.CANCELLED, OrderState.RETURNED}
    if still_coming and order.expected_on is not None:
        expected = phrases.day(order.expected_on, scene.today, language, article=True)
        sentences.append(scene.say("utter_order_expected", expected_on=expected))
    if still_coming and order.carrier:
        sentences.append(scene.say("utter_order_carrier", carrier=order.carrier))
    told = " ".join(sentences)
    if still_coming and order.tracking_url and not scene.context.voice:
        return told, scene.say("utter_order_tracking", tracking_url=order.tracking_url)
    return (told,)


def _hours_on(scene: Scene, day: date) -> str:
    name = phrases.day(day, scene.today, scene.language)
    spans = scene.context.hours.spans(day)
    if not spans:
        return scene.say("utter_closed_on", day=name)
    return scene.say("utter_open_on", day=name, hours_of_day=phrases.spans(spans, scene.language))


def _now(scene: Scene) -> str:
    hours = scene.context.hours
    closing = hours.closing(scene.now)
    if closing is not None:
        return scene.say("utter_open_now", closing=phrases.clock_of(closing, scene.language))
    opening = next_opening(scene)
    return scene.say("utter_closed_now", next_opening=opening) if opening else scene.say("utter_hours_none")
