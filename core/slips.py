"""What somebody may have meant to type: the texts that are one slip of the finger away from what they typed.

A slip is a character missing, one too many, one for another, or two neighbours swapped, as in F. Damerau, "A technique
for computer detection and correction of spelling errors", Communications of the ACM 7 (3), 1964: four in five
misspellings are one of these.
"""

DIGITS = "0123456789"
ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz",
    DIGITS,
    "αβγδεζηθικλμνξοπρστυφχψω",
    "абвгдежзийклмнопрстуфхцчшщъыьэюя",
)
SHORTEST = 4  # characters; of shorter words every second one is a slip away from another
LONGEST = 24  # characters


def slips_of(word: str) -> tuple[str, ...]:
    """Each once, some six hundred for a word of eleven letters; none for a word too short or too long.

    `word` is folded (`core/folding.py`). What is put in is of the alphabets that the word is written in.
    """
    if not SHORTEST <= len(word) <= LONGEST:
        return ()
    letters = "".join(alphabet for alphabet in ALPHABETS if not set(alphabet).isdisjoint(word))
    cut = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    found = [head + tail[1:] for head, tail in cut if tail]
    found += [head + tail[1] + tail[0] + tail[2:] for head, tail in cut if len(tail) > 1]
    found += [head + letter + tail[1:] for head, tail in cut if tail for letter in letters]
    found += [head + letter + tail for head, tail in cut for letter in letters]
    return tuple(dict.fromkeys(other for other in found if other != word))
