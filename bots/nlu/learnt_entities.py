"""Entities that designers taught: words they listed, patterns they wrote, and what they marked in examples.

Lists (lookup tables, synonyms, the marked words themselves) are found whole, whatever case and accents they are
written with. What was marked in enough examples is also recognised by where it stands: a logistic regression over each
word and its neighbours (the features of a maximum entropy Markov model, McCallum et al., 2000) says where a value
begins and ends.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scipy.sparse import csr_matrix
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from bots.nlu.understanding import Entity
from bots.rasa_format import Annotation, Example, WordList
from core.folding import fold

MOST_LISTED = 50_000  # words and phrases of all lists
FEWEST = 4  # examples an entity is marked in before its surroundings say anything
SURE = 0.6  # that a word begins a value
LONGEST_PATTERN = 500  # characters
_WORD = re.compile(r"\w+(?:['’.-]\w+)*|[^\w\s]")
_NESTED = re.compile(r"[*+}]\)?[*+{]|\([^)]*[*+|][^)]*\)[*+{]|\\[1-9]|\(\?[<P=!]")
Word = tuple[str, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """`lists`: entity and value by folded phrase. Any number of threads may call `find`."""

    lists: Mapping[tuple[str, ...], tuple[str, str]] = field(default_factory=dict)
    patterns: tuple[tuple[str, re.Pattern[str]], ...] = ()
    synonyms: Mapping[str, str] = field(default_factory=dict)  # folded text → value
    tagger: Any = None

    def find(self, text: str) -> tuple[Entity, ...]:
        """In the order of the text, no two overlapping; what is listed before what is guessed."""
        words = words_in(text)
        found: list[Entity] = []
        for one in (*self._listed(text, words), *self._patterned(text), *self._tagged(text, words)):
            if not any(one.start < other.end and other.start < one.end for other in found):
                found.append(one)
        return tuple(sorted(found, key=lambda one: one.start))

    def _listed(self, text: str, words: Sequence[Word]) -> Iterator[Entity]:
        longest = max(map(len, self.lists), default=0)
        folded = [fold(word) for word, _, _ in words]
        for start in range(len(words)):
            for end in range(min(len(words), start + longest), start, -1):
                if (known := self.lists.get(tuple(folded[start:end]))) is not None:
                    kind, value = known
                    yield Entity(kind=kind, value=value, start=words[start][1], end=words[end - 1][2])
                    break

    def _patterned(self, text: str) -> Iterator[Entity]:
        for kind, pattern in self.patterns:
            for match in pattern.finditer(text):
                if match[0]:
                    yield self._entity(kind, text, match.start(), match.end())

    def _tagged(self, text: str, words: Sequence[Word]) -> Iterator[Entity]:
        if self.tagger is None or not words:
            return
        tags = self.tagger.tags([fold(word) for word, _, _ in words], [word for word, _, _ in words])
        at = 0
        while at < len(words):
            kind = tags[at][2:]
            end = at + 1
            if tags[at] != "O":
                while end < len(words) and tags[end] == f"I-{kind}":
                    end += 1
                yield self._entity(kind, text, words[at][1], words[end - 1][2])
            at = end

    def _entity(self, kind: str, text: str, start: int, end: int) -> Entity:
        said = text[start:end]
        return Entity(kind=kind, value=self.synonyms.get(fold(said), said), start=start, end=end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagger:
    vectorizer: DictVectorizer
    model: LogisticRegression

    def tags(self, folded: Sequence[str], words: Sequence[str]) -> list[str]:
        rows = self.vectorizer.transform(list(_features(folded, words)))
        chances = self.model.predict_proba(rows)
        names = self.model.classes_
        tags: list[str] = []
        for row in chances:
            best = int(row.argmax())
            tag = str(names[best]) if row[best] >= SURE else "O"
            if tag.startswith("I-") and (not tags or tags[-1][2:] != tag[2:]):
                tag = f"B-{tag[2:]}"
            tags.append(tag)
        return tags


def learn_entities(examples: Sequence[Example], lists: Sequence[WordList], but: frozenset[str]) -> Learnt:
    """`but`: entities that have a grammar of their own. Pattern that cannot be used are left out (`unusable`)."""
    marked = [
        (example, tuple(one for one in example.annotations if one.entity not in but)) for example in examples
    ]
    marked = [(example, annotations) for example, annotations in marked if annotations]
    synonyms = {fold(entry): one.name for one in lists if one.kind == "synonym" for entry in one.entries}
    kinds = {annotation.entity for _, annotations in marked for annotation in annotations}
    for example, annotations in marked:
        for one in annotations:
            if one.value is not None:
                synonyms.setdefault(fold(example.text[one.start : one.end]), one.value)
    phrases = [(one.name, entry) for one in lists if one.kind == "lookup" for entry in one.entries]
    phrases += [
        (one.entity, example.text[one.start : one.end])
        for example, annotations in marked
        for one in annotations
    ]
    listed: dict[tuple[str, ...], tuple[str, str]] = {}
    for kind, phrase in phrases[:MOST_LISTED]:
        key = tuple(fold(word) for word, _, _ in words_in(phrase))
        if key and kind not in but:
            listed.setdefault(key, (kind, synonyms.get(fold(phrase), phrase)))
    patterns = tuple(
        (one.name, compiled)
        for one in lists
        if one.kind == "regex" and one.name in kinds and one.name not in but
        for entry in one.entries
        if (compiled := usable(entry)) is not None
    )
    return Learnt(lists=listed, patterns=patterns, synonyms=synonyms, tagger=_tagger(examples, marked))


def usable(pattern: str) -> re.Pattern[str] | None:
    """Compiled; None for what is no pattern, or could take for ever on some text."""
    if len(pattern) > LONGEST_PATTERN or _NESTED.search(pattern):
        return None
    try:
        return re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return None


def words_in(text: str) -> list[Word]:
    return [(match[0], match.start(), match.end()) for match in _WORD.finditer(text)]


def _tagger(
    examples: Sequence[Example], marked: Sequence[tuple[Example, Sequence[Annotation]]]
) -> Tagger | None:
    counts: dict[str, int] = {}
    for _, annotations in marked:
        for one in annotations:
            counts[one.entity] = counts.get(one.entity, 0) + 1
    kinds = {kind for kind, count in counts.items() if count >= FEWEST}
    if not kinds:
        return None
    plain = [(example, ()) for example in examples if not example.annotations][: 3 * len(marked)]
    rows: list[dict[str, Any]] = []
    tags: list[str] = []
    for example, annotations in [*marked, *plain]:
        words = words_in(example.text)
        rows += _features([fold(word) for word, _, _ in words], [word for word, _, _ in words])
        tags += _tags(words, annotations, kinds)
    vectorizer = DictVectorizer()
    table: csr_matrix = vectorizer.fit_transform(rows)
    if len(set(tags)) == 1:
        return None
    with threadpool_limits(1, user_api="blas"):
        model = LogisticRegression(C=10.0, max_iter=200, class_weight=None).fit(table, tags)
    return Tagger(vectorizer=vectorizer, model=model)


def _tags(words: Sequence[Word], annotations: Sequence[Annotation], kinds: set[str]) -> Iterator[str]:
    for _, start, end in words:
        one = next((one for one in annotations if one.start <= start and end <= one.end), None)
        if one is None or one.entity not in kinds:
            yield "O"
        else:
            yield f"{'B' if start == one.start else 'I'}-{one.entity}"


def _features(folded: Sequence[str], words: Sequence[str]) -> Iterator[dict[str, Any]]:
    def at(place: int) -> str:
        return folded[place] if 0 <= place < len(folded) else ("<" if place < 0 else ">")

    for place, word in enumerate(words):
        yield {
            f"w={folded[place]}": 1,
            f"shape={_shape(word)}": 1,
            f"end={folded[place][-3:]}": 1,
            f"-1={at(place - 1)}": 1,
            f"-2={at(place - 2)} {at(place - 1)}": 1,
            f"+1={at(place + 1)}": 1,
            f"+2={at(place + 1)} {at(place + 2)}": 1,
            f"-1+1={at(place - 1)} {at(place + 1)}": 1,
        }


def _shape(word: str) -> str:
    """`CF-10` is `A+-9+`."""
    return re.sub(r"(.)\1+", r"\1+", "".join(map(_kind_of, word)))


def _kind_of(char: str) -> str:
    if char.isdigit():
        return "9"
    if char.isalpha():
        return "A" if char.isupper() else "a"
    return char
