"""Personal data out of what customers say, before it is shown to be learnt from or becomes an example."""

import re

EMAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.\w{2,}")
ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){3,7}(?:[ ]?[A-Z0-9]{1,3})?\b")
LINK = re.compile(r"\bhttps?://\S+", re.IGNORECASE)
REFERENCE = re.compile(r"\b(?=[\w-]*\d[\w-]*\d[\w-]*\d)[A-Za-z]{0,4}-?\d[\w-]*\b")
NUMBER = re.compile(r"(?<![\w])\+?\d(?:[ .\-/()]{0,2}\d){6,}(?!\w)")


def masked_data(text: str) -> str:
    """The text with addresses, telephone numbers, account and reference numbers as words in brackets."""
    for pattern, word in (
        (LINK, "(lien)"),
        (EMAIL, "(e-mail)"),
        (ACCOUNT, "(compte)"),
        (NUMBER, "(téléphone)"),
        (REFERENCE, "(numéro)"),
    ):
        text = pattern.sub(word, text)
    return text
