"""When the bot does not know: ask to rephrase, confirm the best guess, then a person; and what lies
outside its task.

The two stages are Rasa's two-stage fallback, with one shortcut: a guess that is more likely right than
wrong is put to the customer at once, which spares them the rephrasing.
"""

from bots.dialogue.handing_over import hand_over
from bots.dialogue.outcome import HandoverReason, Turn
from bots.dialogue.scene import Scene
from bots.dialogue.state import Question
from bots.dialogue.steps import follow

MORE_LIKELY_THAN_NOT = 0.5
_YES, _NO = "affirm", "deny"
_ANSWER_ENOUGH = 0.4  # to a question just asked, a likely yes is a yes


def not_understood(scene: Scene) -> Turn:
    times = scene.state.unsure + 1
    scene = scene.changed(unsure=times, question=Question.NONE, guess=None)
    if times > 2:
        return hand_over(scene, HandoverReason.NOT_UNDERSTOOD, scene.say("utter_not_understood"))
    guess = _guess(scene)
    if guess is not None and (times == 2 or scene.heard.score(guess) >= MORE_LIKELY_THAN_NOT):
        asking = scene.changed(question=Question.CONFIRM_GUESS, guess=guess)
        return asking.reply(asking.say("utter_confirm", guess=asking.say(f"utter_label_{guess}")))
    if times == 2:
        offering = scene.changed(question=Question.OFFER_HUMAN)
        return offering.reply(offering.say("utter_offer_human"))
    return scene.reply(scene.say("utter_rephrase" if scene.heard.text else "utter_nothing_heard"))


def out_of_scope(scene: Scene) -> Turn:
    """Says what the bot can do; from the second time on, offers a person."""
    times = scene.state.outside + 1
    scene = scene.changed(outside=times, unsure=0, question=Question.NONE, guess=None)
    if times == 1:
        return scene.reply(scene.say("utter_out_of_scope"))
    offering = scene.changed(question=Question.OFFER_HUMAN)
    return offering.reply(offering.say("utter_offer_human"))


def answered(scene: Scene) -> Turn | None:
    """The turn after a yes or a no to the bot's own question; None if this was neither."""
    if scene.state.question is Question.NONE:
        return None
    if _said(scene, _YES) or (scene.heard.sure and scene.heard.intent == scene.state.guess):
        return _yes(scene)
    if _said(scene, _NO):
        return _no(scene)
    thanked = scene.heard.sure and scene.heard.intent == "thanks"
    return _no(scene) if thanked and scene.state.question is Question.ANYTHING_ELSE else None


def _yes(scene: Scene) -> Turn:
    question, guess = scene.state.question, scene.state.guess
    closed = scene.changed(question=Question.NONE, guess=None, unsure=0)
    if question is Question.CONFIRM_GUESS and guess is not None and scene.planned(guess) is not None:
        return follow(closed, guess)
    if question is Question.OFFER_HUMAN:
        return hand_over(closed, _reason(scene))
    return closed.reply(closed.say("utter_listening"))


def _no(scene: Scene) -> Turn:
    question = scene.state.question
    closed = scene.changed(question=Question.NONE, guess=None)
    if question is Question.ANYTHING_ELSE:
        return closed.reply(closed.say("utter_goodbye"), end=True)
    if question is Question.OFFER_HUMAN:
        return closed.changed(unsure=0).reply(closed.say("utter_menu"))
    if scene.state.unsure > 1:
        return hand_over(closed, HandoverReason.NOT_UNDERSTOOD, closed.say("utter_not_understood"))
    return closed.reply(closed.say("utter_rephrase"))


def _said(scene: Scene, intent: str) -> bool:
    heard = scene.heard
    return heard.intent == intent and (heard.sure or heard.confidence >= _ANSWER_ENOUGH)


def _reason(scene: Scene) -> HandoverReason:
    if scene.state.outside:
        return HandoverReason.OUT_OF_SCOPE
    return HandoverReason.NOT_UNDERSTOOD if scene.state.unsure else HandoverReason.ORDER_PROBLEM


def _guess(scene: Scene) -> str | None:
    """The best-ranked intent that can be put into words."""
    ranked = (one.intent for one in scene.heard.ranking)
    labelled = (one for one in ranked if scene.script.has(f"utter_label_{one}"))
    return next((one for one in labelled if scene.planned(one) is not None), None)
