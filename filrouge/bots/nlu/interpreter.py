"""Puts the parts together: one call from a text to an `Understanding`."""

from dataclasses import dataclass
from datetime import date

from filrouge.bots.nlu.classifier import Classifier
from filrouge.bots.nlu.cleaning import clean, has_words
from filrouge.bots.nlu.embedding import Embedder
from filrouge.bots.nlu.entities import find_entities
from filrouge.bots.nlu.language import LanguageModel
from filrouge.bots.nlu.understanding import FALLBACK, OUT_OF_SCOPE, IntentScore, Understanding
from filrouge.core.words import Language

_RANKED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """A trained bot's ears. Any number of threads may call `parse`; it takes some milliseconds of
    processor time."""

    classifier: Classifier
    languages: LanguageModel
    embedder: Embedder

    def parse(
        self, text: str, *, spoken: Language | None, default: Language, today: date, region: str = "FR"
    ) -> Understanding:
        """`spoken` is the conversation's language so far; `today` is the business's date, for "demain"."""
        cleaned = clean(text)
        language = self.languages.detect(cleaned, spoken, default)
        if not has_words(cleaned):
            return Understanding(text=cleaned, language=language, intent=FALLBACK, confidence=0.0, sure=False)
        ranking = self.rank(cleaned)
        best = ranking[0]
        limits = self.classifier.thresholds
        return Understanding(
            text=cleaned,
            language=language,
            intent=best.intent,
            confidence=best.confidence,
            ranking=ranking,
            entities=find_entities(cleaned, today, region),
            sure=best.confidence >= limits.sure,
            out_of_scope=best.intent == OUT_OF_SCOPE or best.confidence < limits.floor,
        )

    def rank(self, cleaned: str) -> tuple[IntentScore, ...]:
        chances = self.classifier.confidences([cleaned], self.embedder.embed([cleaned]))[0]
        order = chances.argsort()[::-1][:_RANKED]
        return tuple(
            IntentScore(intent=self.classifier.intents[one], confidence=round(float(chances[one]), 4))
            for one in order
        )
