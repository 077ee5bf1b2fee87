"""Puts the parts together: one call from a text to an `Understanding`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bots.nlu.classifier import Classifier
from bots.nlu.cleaning import clean, has_words
from bots.nlu.embedding import Embedder
from bots.nlu.entities import ORDER_NUMBER, find_entities
from bots.nlu.language import LanguageModel
from bots.nlu.letters import PERSON, SMALL_TALK, sentences
from bots.nlu.understanding import FALLBACK, OUT_OF_SCOPE, Entity, IntentScore, Understanding
from core.words import Language

_RANKED = 5
_A_SENTENCE = 3  # words that can say something by themselves


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """A trained bot's ears. Any number of threads may call `parse`; it takes some milliseconds of
    processor time."""

    classifier: Classifier
    languages: LanguageModel
    embedder: Embedder
    numbered: frozenset[str] = frozenset()  # intents that may come with an order number, by the examples

    def parse(
        self, text: str, *, spoken: Language | None, default: Language, today: date, region: str = "FR"
    ) -> Understanding:
        """`spoken` is the conversation's language so far; `today` is the business's date, for "demain"."""
        cleaned = clean(text)
        language = self.languages.detect(cleaned, spoken, default)
        if not has_words(cleaned):
            return Understanding(text=cleaned, language=language, intent=FALLBACK, confidence=0.0, sure=False)
        entities = find_entities(cleaned, today, region)
        ranking = self._of_letter(text, self._beside_number(cleaned, entities, self.rank(cleaned)))
        best = ranking[0]
        limits = self.classifier.thresholds
        return Understanding(
            text=cleaned,
            language=language,
            intent=best.intent,
            confidence=best.confidence,
            ranking=ranking,
            entities=entities,
            sure=best.confidence >= limits.sure,
            out_of_scope=best.intent == OUT_OF_SCOPE or best.confidence < limits.floor,
        )

    def _of_letter(self, text: str, whole: tuple[IntentScore, ...]) -> tuple[IntentScore, ...]:
        """Who asks for a person in one sentence of several asks for a person; where the whole is not
        understood, its surest sentence counts, small talk aside.
        """
        limits = self.classifier.thresholds
        heard = [self.rank(sentence) for sentence in sentences(text)]
        sure = [one for one in heard if one[0].confidence >= limits.sure]
        if person := next((one for one in sure if one[0].intent == PERSON), None):
            return person
        matters = [one for one in sure if one[0].intent not in SMALL_TALK | {OUT_OF_SCOPE}]
        if whole[0].confidence >= limits.sure or not matters:
            return whole
        return max(matters, key=lambda one: one[0].confidence)

    def _beside_number(
        self, cleaned: str, entities: Sequence[Entity], ranking: tuple[IntentScore, ...]
    ) -> tuple[IntentScore, ...]:
        """An order number weighs so much that "cancel CF-10234" looks like giving a number: what stands
        beside it is then understood for itself, and counts if it is sure.
        """
        numbers = [one for one in entities if one.kind == ORDER_NUMBER]
        limits = self.classifier.thresholds
        if not numbers or (ranking[0].intent in self.numbered and ranking[0].confidence >= limits.sure):
            return ranking
        rest = cleaned
        for number in reversed(numbers):
            rest = f"{rest[: number.start]} {rest[number.end :]}"
        if len(rest.split()) < _A_SENTENCE:
            return ranking
        alone = self.rank(" ".join(rest.split()))
        heard = alone[0].confidence >= limits.sure and alone[0].intent in self.numbered
        return alone if heard else ranking

    def rank(self, cleaned: str) -> tuple[IntentScore, ...]:
        chances = self.classifier.confidences([cleaned], self.embedder.embed([cleaned]))[0]
        order = chances.argsort()[::-1][:_RANKED]
        return tuple(
            IntentScore(intent=self.classifier.intents[one], confidence=round(float(chances[one]), 4))
            for one in order
        )
