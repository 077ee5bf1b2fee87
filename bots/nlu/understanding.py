"""What the bot made of one text: the only thing the dialogue knows of a customer's words."""

from dataclasses import dataclass, replace

from core.words import Language

OUT_OF_SCOPE = "out_of_scope"
INFORM = "inform"  # Rasa's custom: the text only gives a value that was or will be asked for
FALLBACK = "nlu_fallback"  # Rasa's name for "nothing was understood"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A value found in the text; `start` and `end` are offsets into the text as understood (cut and
    cleaned)."""

    kind: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentScore:
    intent: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """`intent` is the best guess, `confidence` the calibrated chance that it is right.

    `sure`: the guess may be acted upon without asking back. `out_of_scope`: the bot was not built for
    this. A text without a word in it has the intent `nlu_fallback` and confidence 0.
    """

    text: str
    language: Language
    intent: str
    confidence: float
    ranking: tuple[IntentScore, ...] = ()
    entities: tuple[Entity, ...] = ()
    sure: bool = True
    out_of_scope: bool = False

    def entity(self, kind: str) -> str | None:
        """The first value of that kind, or None."""
        return next((found.value for found in self.entities if found.kind == kind), None)

    def score(self, intent: str) -> float:
        return next((one.confidence for one in self.ranking if one.intent == intent), 0.0)

    def certainly(self, intent: str, entities: tuple[Entity, ...] = ()) -> "Understanding":
        """The same words, of which it is known what they mean: a key that was pressed, a button that was chosen."""
        return replace(
            self,
            intent=intent,
            confidence=1.0,
            ranking=(IntentScore(intent=intent, confidence=1.0),),
            entities=entities,
            sure=True,
            out_of_scope=False,
        )
