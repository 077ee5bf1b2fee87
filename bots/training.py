"""From a folder of designers' files to a trained interpreter, kept in a cache under the hash of all it
depends on."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import sklearn
import structlog

from bots.errors import BotFilesInvalid, ModelUnreadable
from bots.nlu import classifier, model_file
from bots.nlu.cleaning import clean, has_words
from bots.nlu.embedding import Embedder, shared_embedder
from bots.nlu.entities import ORDER_NUMBER
from bots.nlu.interpreter import Interpreter
from bots.nlu.language import learn
from bots.nlu.understanding import INFORM
from bots.rasa_format import Example, read_nlu, read_text
from core.words import Language

NLU_VERSION = 2  # raise it when a change of code makes stored models wrong
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenExample:
    """An example with the language of the file it came from."""

    language: Language
    example: Example


def read_examples(folder: Path, kind: str = "nlu") -> tuple[SpokenExample, ...]:
    """The examples of `nlu.fr.yml`, `nlu.en.yml` (kind `nlu`) or the held-out `test.*.yml` (kind `test`)."""
    found = []
    for language in Language:
        file = folder / f"{kind}.{language.value}.yml"
        if file.exists():
            data = read_nlu(read_text(file), file.name)
            found += [SpokenExample(language=language, example=example) for example in data.examples]
    if not found:
        raise BotFilesInvalid(
            file=str(folder), problem=f"there is no {kind}.fr.yml or {kind}.en.yml with examples"
        )
    return tuple(found)


def train(examples: Sequence[SpokenExample], embedder: Embedder) -> Interpreter:
    """Some seconds for a thousand examples, nearly all of them embedding; needs no cache and no disk."""
    usable = [(clean(one.example.text), one) for one in examples]
    usable = [(text, one) for text, one in usable if has_words(text)]
    _check_trainable([one.example.intent for _, one in usable])
    texts = [text for text, _ in usable]
    fitted = classifier.fit(texts, [one.example.intent for _, one in usable], embedder.embed(texts))
    return _interpreter(fitted, examples, embedder)


def load_or_train(folder: Path, cache: Path, embedder: Embedder | None = None) -> Interpreter:
    """The interpreter for the files as they are now; trained only if no sound model of just these is in
    `cache`."""
    ears = embedder or shared_embedder()
    examples = read_examples(folder)
    file = cache / f"nlu-{_key(examples, ears)}.npz"
    try:
        return _interpreter(model_file.load(file, ears.fingerprint), examples, ears)
    except ModelUnreadable as problem:
        if file.exists():
            log.warning("bot.model_discarded", problem=str(problem))
    started = perf_counter()
    trained = train(examples, ears)
    digest = model_file.save(trained.classifier, ears.fingerprint, file)
    seconds = round(perf_counter() - started, 2)
    log.info("bot.trained", examples=len(examples), seconds=seconds, model=file.name, digest=digest)
    return trained


def _interpreter(
    fitted: classifier.Classifier, examples: Sequence[SpokenExample], embedder: Embedder
) -> Interpreter:
    languages = learn((one.example.text, one.language) for one in examples)
    numbered = frozenset(one.example.intent for one in examples if _has_order_number(one.example)) - {INFORM}
    return Interpreter(classifier=fitted, languages=languages, embedder=embedder, numbered=numbered)


def _has_order_number(example: Example) -> bool:
    return any(one.entity == ORDER_NUMBER for one in example.annotations)


def _check_trainable(intents: Sequence[str]) -> None:
    names = set(intents)
    if len(names) < 2:
        raise BotFilesInvalid(file="nlu", problem="at least two intents with examples are needed")
    lonely = sorted(name for name in names if intents.count(name) < 2)
    if lonely:
        raise BotFilesInvalid(
            file="nlu", problem=f"give these intents at least two examples: {', '.join(lonely)}"
        )


def _key(examples: Sequence[SpokenExample], embedder: Embedder) -> str:
    digest = hashlib.sha256(f"{NLU_VERSION}/{sklearn.__version__}/{embedder.fingerprint}".encode())
    for one in examples:
        digest.update(f"\n{one.language}\t{one.example.intent}\t{one.example.text}".encode())
    return digest.hexdigest()[:16]
