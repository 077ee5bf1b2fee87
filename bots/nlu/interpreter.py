"""Puts the parts together: one call from a text to an `Understanding`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from bots.nlu.classifier import Classifier
from bots.nlu.cleaning import clean, has_words
from bots.nlu.embedding import Embedder
from bots.nlu.entities import ORDER_NUMBER, find_entities, overlaps
from bots.nlu.language import LanguageModel
from bots.nlu.learnt_entities import Learnt
from bots.nlu.letters import PERSON, SMALL_TALK, sentences
from bots.nlu.understanding import FALLBACK, Entity, IntentScore, Understanding
from core.words import Language

_RANKED = 5
_A_SENTENCE = 3  # words that can say something by themselves


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a text or a part of it was taken for. `familiar`: the bot was built for it."""

    ranking: tuple[IntentScore, ...]
    familiar: bool

    @property
    def best(self) -> IntentScore:
        return self.ranking[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """A trained bot's ears. Any number of threads may call `parse`; it takes some milliseconds of
    processor time."""

    classifier: Classifier
    languages: LanguageModel
    embedder: Embedder
    numbered: frozenset[str] = frozenset()  # intents that may come with an order number, by the examples
    learnt: tuple[tuple[str, str], ...] = ()  # (text, intent) of the examples
    taught: Learnt = field(default_factory=Learnt)  # entities of the designers' own

    def parse(
        self, text: str, *, spoken: Language | None, default: Language, today: date, region: str = "FR"
    ) -> Understanding:
        """`spoken` is the conversation's language so far; `today` is the business's date, for "demain"."""
        cleaned = clean(text)
        language = self.languages.detect(cleaned, spoken, default)
        if not has_words(cleaned):
            return Understanding(text=cleaned, language=language, intent=FALLBACK, confidence=0.0, sure=False)
        entities = self._entities(cleaned, today, region)
        heard = self._of_letter(text, self._beside_number(cleaned, entities, self.hear(cleaned)))
        best = heard.best
        return Understanding(
            text=cleaned,
            language=language,
            intent=best.intent,
            confidence=best.confidence,
            ranking=heard.ranking,
            entities=entities,
            sure=self._sure(heard),
            out_of_scope=not heard.familiar,
        )

    def _entities(self, cleaned: str, today: date, region: str) -> tuple[Entity, ...]:
        """What is found by its shape comes before what was taught: a date is a date."""
        found = find_entities(cleaned, today, region)
        taught = (one for one in self.taught.find(cleaned) if not overlaps(one, found))
        return tuple(sorted((*found, *taught), key=lambda one: one.start))

    def _sure(self, heard: Heard) -> bool:
        return heard.best.confidence >= self.classifier.thresholds.sure

    def _of_letter(self, text: str, whole: Heard) -> Heard:
        """Who asks for a person in one sentence of several asks for a person; where the whole is not
        understood, its surest sentence counts, small talk aside.
        """
        heard = [self.hear(sentence) for sentence in sentences(text)]
        sure = [one for one in heard if one.familiar and self._sure(one)]
        if person := next((one for one in sure if one.best.intent == PERSON), None):
            return person
        matters = [one for one in sure if one.best.intent not in SMALL_TALK]
        if (whole.familiar and self._sure(whole)) or not matters:
            return whole
        return max(matters, key=lambda one: one.best.confidence)

    def _beside_number(self, cleaned: str, entities: Sequence[Entity], whole: Heard) -> Heard:
        """An order number weighs so much that "cancel CF-10234" looks like giving a number: what stands
        beside it is then understood for itself, and counts if it is sure.
        """
        numbers = [one for one in entities if one.kind == ORDER_NUMBER]
        if not numbers or (whole.best.intent in self.numbered and self._sure(whole)):
            return whole
        rest = cleaned
        for number in reversed(numbers):
            rest = f"{rest[: number.start]} {rest[number.end :]}"
        if len(rest.split()) < _A_SENTENCE:
            return whole
        alone = self.hear(" ".join(rest.split()))
        return alone if self._sure(alone) and alone.best.intent in self.numbered else whole

    def hear(self, cleaned: str) -> Heard:
        judged = self.classifier.judge([cleaned], self.embedder.embed([cleaned]))
        chances = judged.chances[0]
        order = chances.argsort()[::-1][:_RANKED]
        ranking = tuple(
            IntentScore(intent=self.classifier.intents[one], confidence=round(float(chances[one]), 4))
            for one in order
        )
        return Heard(ranking=ranking, familiar=bool(judged.familiar[0]))
