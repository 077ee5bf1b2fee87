"""Why the bot took a text for what it did: the words that counted, and the examples nearest to it."""

from typing import Any

from bots.nlu.cleaning import clean, has_words
from bots.nlu.interpreter import Interpreter

NEAREST = 5  # examples
MOST_WORDS = 24  # of which it is tried what the text is without them


def explained(interpreter: Interpreter, text: str) -> dict[str, Any]:
    """As JSON. `words` tell by how much the confidence in the best intent falls without each of them."""
    cleaned = clean(text)
    if not has_words(cleaned):
        return {"ranking": [], "words": [], "nearest": []}
    classifier = interpreter.classifier
    words = cleaned.split()[:MOST_WORDS]
    without = [" ".join([*words[:place], *words[place + 1 :]]) for place in range(len(words))]
    texts = [cleaned, *(one for one in without if has_words(one))]
    embeddings = interpreter.embedder.embed(texts)
    judged = classifier.judge(texts, embeddings)
    chances = judged.chances
    order = chances[0].argsort()[::-1][:NEAREST]
    best = int(order[0])
    directions = classifier.space.directions(embeddings[:1])
    fallen = iter(chances[0, best] - chances[1:, best])
    return {
        "ranking": [
            {"intent": classifier.intents[one], "confidence": float(chances[0, one])} for one in order
        ],
        "familiarity": float(judged.familiarity[0]),
        "floor": float(classifier.thresholds.floor),
        "sure": float(classifier.thresholds.sure),
        "words": [
            {"text": word, "weight": float(next(fallen)) if has_words(rest) else 0.0}
            for word, rest in zip(words, without, strict=True)
        ],
        "nearest": _nearest(interpreter, directions),
    }


def _nearest(interpreter: Interpreter, directions: Any) -> list[dict[str, Any]]:
    examples = interpreter.classifier.familiarity.examples
    if not examples.shape[1] or len(examples) != len(interpreter.learnt):
        return []
    likeness = (directions @ examples.T)[0]
    return [
        {
            "text": interpreter.learnt[place][0],
            "intent": interpreter.learnt[place][1],
            "likeness": float(likeness[place]),
        }
        for place in likeness.argsort()[::-1][:NEAREST]
    ]
