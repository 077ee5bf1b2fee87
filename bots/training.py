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
from bots.evaluation import Judged
from bots.nlu import classifier, model_file
from bots.nlu.classifier import Tried
from bots.nlu.cleaning import clean, has_words
from bots.nlu.dates import DATE
from bots.nlu.embedding import Embedder, shared_embedder
from bots.nlu.entities import EMAIL, ORDER_NUMBER, PHONE
from bots.nlu.familiarity import KEPT
from bots.nlu.interpreter import Interpreter
from bots.nlu.language import learn
from bots.nlu.learnt_entities import learn_entities
from bots.nlu.lessons import lessons
from bots.nlu.quantities import QUANTITIES
from bots.nlu.understanding import INFORM, OUT_OF_SCOPE
from bots.project import Files, files_in, is_test, kept_of, language_of
from bots.rasa_format import Example, WordList, read_nlu
from core.words import Language

NLU_VERSION = 3  # raise it when a change of code makes stored models wrong
OWN_GRAMMAR = (
    frozenset({ORDER_NUMBER, EMAIL, PHONE, DATE}) | QUANTITIES
)  # entities that are found by their shape
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenExample:
    """An example with the language of the file it came from."""

    language: Language
    example: Example


def examples_of(
    files: Files, *, tests: bool = False, default: Language = Language.FR
) -> tuple[SpokenExample, ...]:
    """The examples that the bot learns from; `tests`: those that are kept back to try it with."""
    return tuple(
        SpokenExample(language=language_of(path, default), example=example)
        for path in sorted(files)
        if is_test(path) is tests
        for example in read_nlu(files[path], path).examples
    )


def lists_of(files: Files) -> tuple[WordList, ...]:
    """Lookup tables, synonyms and patterns."""
    return tuple(
        one for path in sorted(files) if not is_test(path) for one in read_nlu(files[path], path).lists
    )


def read_examples(folder: Path, kind: str = "nlu") -> tuple[SpokenExample, ...]:
    """The examples of a folder, or with the kind `test` those to try the bot with."""
    found = examples_of(files_in(folder), tests=kind == "test")
    if not found:
        raise BotFilesInvalid(file=str(folder), problem="no .yml file has examples under `nlu`")
    return found


def train(
    examples: Sequence[SpokenExample],
    embedder: Embedder,
    lists: Sequence[WordList] = (),
    kept: float | None = None,
) -> Interpreter:
    """Some seconds for a thousand examples, nearly all of them embedding; needs no cache and no disk."""
    return train_and_try(examples, embedder, lists, kept)[0]


def train_and_try(
    examples: Sequence[SpokenExample],
    embedder: Embedder,
    lists: Sequence[WordList] = (),
    kept: float | None = None,
) -> tuple[Interpreter, tuple[Judged, ...], Tried]:
    """As `train`, with what models that had not seen an example made of it."""
    texts, intents = _usable(examples)
    fitted, tried = classifier.fit_and_try(lessons(texts, intents, embedder), KEPT if kept is None else kept)
    judged = []
    for place, chances, familiarity in zip(tried.places, tried.chances, tried.familiarity, strict=True):
        best = int(chances.argmax())
        outside = familiarity < fitted.thresholds.floor
        judged.append(
            Judged(
                text=texts[place],
                expected=intents[place],
                answered=OUT_OF_SCOPE if outside else fitted.intents[best],
                confidence=float(chances[best]),
            )
        )
    return _interpreter(fitted, examples, embedder, lists), tuple(judged), tried


def _usable(examples: Sequence[SpokenExample]) -> tuple[list[str], list[str]]:
    """(texts, intents) that can be learnt from; raises `BotFilesInvalid` where they are too few."""
    cleaned = [(clean(one.example.text), one.example.intent) for one in examples]
    usable = [(text, intent) for text, intent in cleaned if has_words(text)]
    intents = [intent for _, intent in usable]
    _check_trainable(intents)
    return [text for text, _ in usable], intents


def model_in(
    cache: Path, examples: Sequence[SpokenExample], embedder: Embedder, kept: float | None = None
) -> Path:
    """Where the model of just these examples is kept."""
    return cache / f"nlu-{_key(examples, embedder, kept)}.npz"


def load_or_train(
    files: Files | Path,
    cache: Path,
    embedder: Embedder | None = None,
    default: Language = Language.FR,
) -> Interpreter:
    """The interpreter for the files as they are now; trained only if no sound model of just these is in
    `cache`."""
    ears = embedder or shared_embedder()
    told = files_in(files) if isinstance(files, Path) else files
    examples, lists = examples_of(told, default=default), lists_of(told)
    if not examples:
        raise BotFilesInvalid(file="nlu", problem="no .yml file has examples under `nlu`")
    kept = kept_of(told)
    file = model_in(cache, examples, ears, kept)
    try:
        return _interpreter(model_file.load(file, ears.fingerprint), examples, ears, lists)
    except ModelUnreadable as problem:
        if file.exists():
            log.warning("bot.model_discarded", problem=str(problem))
    started = perf_counter()
    trained = train(examples, ears, lists, kept)
    digest = model_file.save(trained.classifier, ears.fingerprint, file)
    seconds = round(perf_counter() - started, 2)
    log.info("bot.trained", examples=len(examples), seconds=seconds, model=file.name, digest=digest)
    return trained


def _interpreter(
    fitted: classifier.Classifier,
    examples: Sequence[SpokenExample],
    embedder: Embedder,
    lists: Sequence[WordList] = (),
) -> Interpreter:
    languages = learn((one.example.text, one.language) for one in examples)
    numbered = frozenset(one.example.intent for one in examples if _has_order_number(one.example)) - {INFORM}
    taught = learn_entities([one.example for one in examples], lists, OWN_GRAMMAR)
    return Interpreter(
        classifier=fitted,
        taught=taught,
        languages=languages,
        embedder=embedder,
        numbered=numbered,
        learnt=tuple(zip(*_usable(examples), strict=True)),
    )


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


def _key(examples: Sequence[SpokenExample], embedder: Embedder, kept: float | None) -> str:
    digest = hashlib.sha256(f"{NLU_VERSION}/{sklearn.__version__}/{embedder.fingerprint}".encode())
    if kept is not None:
        digest.update(f"\nkept {kept}".encode())
    for one in examples:
        digest.update(f"\n{one.language}\t{one.example.intent}\t{one.example.text}".encode())
    return digest.hexdigest()[:16]
