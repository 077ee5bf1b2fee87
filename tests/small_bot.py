"""A bot that is trained in a second: the product's own texts and rules, a few examples of a few intents."""

from io import BytesIO
from zipfile import ZipFile

from bots.project import FIRST_LINE, files_in

SMALL = {
    "greet": ["bonjour", "salut", "bonsoir à tous", "coucou"],
    "goodbye": ["au revoir", "à bientôt", "bonne journée", "merci, au revoir"],
    "opening_hours": [
        "quand êtes-vous ouverts",
        "vos horaires",
        "vous fermez à quelle heure",
        "ouvert lundi ?",
    ],
    "speak_to_human": ["un conseiller", "parler à quelqu'un", "passez-moi un humain", "je veux une personne"],
}


def small_project() -> dict[str, str]:
    """The product's own texts and rules, with a few examples of a few intents."""
    files = files_in(FIRST_LINE)
    examples = "".join(
        f"- intent: {name}\n  examples: |\n" + "".join(f"    - {line}\n" for line in lines)
        for name, lines in SMALL.items()
    )
    return {
        "domain.yml": files["domain.yml"],
        "data/rules.yml": files["rules.yml"],
        "data/nlu.fr.yml": f'version: "3.1"\nnlu:\n{examples}',
        "tests/nlu.fr.yml": "nlu:\n- intent: greet\n  examples: |\n    - bonjour à vous\n",
    }


def zipped(files: dict[str, str]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as packed:
        for path, text in files.items():
            packed.writestr(f"our-bot/{path}", text)
    return out.getvalue()
