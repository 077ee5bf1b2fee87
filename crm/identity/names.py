"""Names of people and organisations as they are compared: without titles, accents and order of writing."""

import re
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

from core.folding import fold

TITLES = frozenset(
    "m mr mme mlle mrs ms miss mx dr pr prof me monsieur madame mademoiselle docteur professeur maitre sir".split()
)
PARTICLES = frozenset("de du des d da do dos das del della di van von der den ter ten zu af y e".split())
# Written apart or together, they are part of the name: Le Gall, Legall; El Amrani, Elamrani; Saint-Martin.
JOINED = frozenset("le la les l el al ben ait ould mac mc o st ste saint sainte san".split())
SAINTS = {"st": "saint", "ste": "sainte"}
LEGAL_FORMS = frozenset(
    "sa sas sasu sarl eurl sci scp snc scop selarl gie ltd limited inc llc llp plc corp corporation co company gmbh ag "
    "kg bv nv srl spa sl oy ab as aps association asso ets etablissements ste societe".split()
)
FILLERS = frozenset("et and the les la le de du des d l".split())
LETTERS = re.compile(r"[^\W\d_]+")
WORDS = re.compile(r"[^\W_]+")
# Everyday forms of given names, in French and English: any two in a row are taken for one name.
SHORT_FORMS = """
alexandre alex alexander sacha sasha|alexandra alex sandra|alexis alex|anthony tony antony anthonin
antoine tonio toine|benjamin ben benji benny|bernard bernie
catherine cathy kate katie kathy katherine kathryn kath cat|charles charlie chuck|charlotte charlie lottie
christian chris|christine chris christelle kristine|christophe christopher chris kris|corinne coco
daniel dan danny dani|daniele dany|david dave davy|dominique dom domi|edouard edward ed eddy eddie ted ned
elisabeth elizabeth liz lisa beth betty eliza lise babeth lizzie|emilie emily emmy mimi|emmanuel manu
emmanuelle manu|florence flo|florian flo|francois frank franck francis|francoise fanfan
frederic fred freddy frederick|frederique fred|gabriel gab gabi|gabrielle gaby gabi|genevieve ginette gene
georges george|gerard gege|gilbert gil|gregory greg gregoire|guillaume guy will william bill billy
henri henry harry riton|isabelle isa isabel bella|jacqueline jackie|jacques jack jacky|james jim jimmy jamie
jean john johnny jeannot jack|jennifer jenny jen|jeremie jeremy jerem jerry|jerome jej|joseph joe jo jose
josephine jo josie|julien jules julian ju|laurent laurie lolo|leonard leo len lenny|leonie leo|lucas luc luke
madeleine mado|margaret maggie meg peggy marge|marguerite margot margaux|mathieu matthieu matthew
mathieu mat matt|matthew matt|maxime max maxim|maximilien max|michel mike michael mickael mick mickey
mickael mike mika|michele mimi|mohamed mohammed muhammad mohamad moh|monique momo|nathalie natalie nath nat
nathaniel nathan nat nate|nicolas nick nico nicholas|nicole nicky nikki|olivia liv livvy|olivier oliver oli
oliver ollie olly|pascal pasc|patrice pat|patricia pat patty tricia trish|patrick pat paddy
philippe phil philip pippo|pierre peter pete pierrot|rebecca becky bec|richard rick ricky dick rich richie
robert rob bob bobby robbie bert|ronald ron ronnie|samuel sam sammy|samantha sam
sebastien seb bastien sebastian|sophie so|stephane steph stef steven|stephanie steph stef|stephen steve steven
suzanne suzy susan susie sue|theodore theo ted teddy|theresa terry tess|therese terry|thomas tom tommy toto
timothee tim timothy timmy|valentin val|valentine val|valerie val|veronique vero|victor vic
victoria vicky tori vic|vincent vince vinny|virginie vivi ginny|xavier xav|yannick yann
zacharie zach zachary zack zac
"""
MOST_WORDS = 12  # of one name


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name in words without accents; which is the family name is known or guessed from how it is written."""

    given: tuple[str, ...] = ()
    family: tuple[str, ...] = ()

    @property
    def joined_family(self) -> str:
        return "".join(self.family)


def plain(text: str) -> str:
    """Folded, other scripts in Latin letters."""
    return fold(text if text.isascii() else anyascii_but_accents(text))


def anyascii_but_accents(text: str) -> str:
    """German and Nordic letters as their accents are left out elsewhere (`ü` is `u`); other scripts by their sound."""
    return "".join(c if fold(c).isascii() else anyascii(c) for c in text)


@lru_cache(maxsize=20_000)
def person_name(shown: str) -> Name:
    """From one line as people write it: `Léa Martin`, `MARTIN Léa`, `Martin, Léa`, `Mme L. de la Tour`."""
    before, comma, behind = shown.partition(",")
    if comma and LETTERS.search(before) and LETTERS.search(behind):
        return split_name(behind, before)
    written = [word for word in shown.split() if LETTERS.search(word)]
    capitals = [word for word in written if word.isupper() and len(word.strip(".-")) > 1]
    if 0 < len(capitals) < len(written) and written[0].isupper() != written[-1].isupper():
        family = [word for word in written if word in capitals]
        return split_name(" ".join(word for word in written if word not in capitals), " ".join(family))
    return _by_place(_words(shown))


def split_name(given: str, family: str) -> Name:
    """From a form with two fields."""
    return Name(given=_words(given), family=_family(_words(family)))


@lru_cache(maxsize=20_000)
def organisation_words(shown: str) -> tuple[str, ...]:
    """Without legal form and small words, unless nothing else is left: `SARL Boulangerie du Port` as its two nouns."""
    words = WORDS.findall(plain(shown.replace(".", "")))
    kept = [word for word in words if word not in LEGAL_FORMS and word not in FILLERS]
    return tuple((kept or words)[:MOST_WORDS])


def are_forms_of_one(one: str, other: str) -> bool:
    """Whether two given names are everyday forms of one: Bob and Robert, Manu and Emmanuel."""
    return bool(FORMS.get(one, NONE) & FORMS.get(other, NONE))


def _words(text: str) -> tuple[str, ...]:
    words = WORDS.findall(plain(text))
    kept = [word for word in words if word not in TITLES]
    return tuple((kept or words)[:MOST_WORDS])


def _by_place(words: tuple[str, ...]) -> Name:
    """The last word is the family name, with the particles before it."""
    if len(words) < 2:
        return Name(family=words)
    start = len(words) - 1
    while start > 1 and (words[start - 1] in PARTICLES or words[start - 1] in JOINED):
        start -= 1
    return Name(given=words[:start], family=_family(words[start:]))


def _family(words: tuple[str, ...]) -> tuple[str, ...]:
    """Without particles; `le gall` and `legall` alike."""
    kept = [SAINTS.get(word, word) for word in words if word not in PARTICLES] or list(words)
    joined: list[str] = []
    prefix = ""
    for word in kept:
        if word in JOINED or word in SAINTS.values():
            prefix += word
        else:
            joined.append(prefix + word)
            prefix = ""
    return tuple([*joined, prefix] if prefix else joined)


def _forms() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    rows = [row for line in SHORT_FORMS.split("\n") for row in line.split("|") if row]
    for number, row in enumerate(rows):
        for name in row.split():
            found.setdefault(name, set()).add(number)
    return {name: frozenset(numbers) for name, numbers in found.items()}


NONE: frozenset[int] = frozenset()
FORMS = _forms()
