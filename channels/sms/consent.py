"""Whether a text message asks for no more of them, in the words people use. Pure.

A word the networks reserve, alone or with politeness around it, is a refusal; so is a sentence that says so. What only
may be one is `unsure`: staff is shown it, and nothing is advertised to its sender until somebody has looked.
"""

import re
import unicodedata

from core.folding import fold

REFUSED, GRANTED, UNSURE = "refused", "granted", "unsure"
STOP = frozenset(
    """stop stopall unsubscribe unsubscibe cancel end quit optout arret arrete arreter arretez stoppez stopper
    desinscrire desinscription desinscrivez desabonner desabonnement desabonnez desabo resilier""".split()
)
# A reserved word that everyday language uses for other things is one only when it stands alone.
ALONE = frozenset({"cancel", "end", "quit", "arrete", "arreter", "resilier"})
START = frozenset({"start", "unstop", "reprendre"})
AROUND = frozenset(
    """sms texto textos mms message messages msg msgs pub pubs publicite publicites promo promos mail mails newsletter
    please pls plz thanks thank you svp stp merci s il te vous plait now immediately immediatement tout tous all texts
    texting me moi a au aux de des du d les le la l vos ces mes ma mon cet cette ce envoi envois liste numero number the
    this to from everything maintenant bonjour hello madame monsieur""".split()
)
THINGS = r"(?:sms|textos?|messages?|msgs?|pubs?|publicites?|promos?)"
STOPPING = r"(?:arrete[rz]?|cesse[rz]?|stop(?:pez)?) (?:de )?"
SENDING = r"(?:me |m ?)?(?:envoyer|ecrire|contacter|spammer|harceler|envoi\w*)"
SENTENCES = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:veu[xt]|voulons|souhait\w+|desir\w+) (?:plus|pas)(?: du tout)?(?: de)?"
        rf"(?: recevoir| avoir| etre| vos| de)\b.*\b(?:{THINGS}|contact\w*|sollicit\w*)\b",
        r"\bne (?:plus|pas) (?:recevoir|m ?envoyer|me contacter|m ?ecrire)\b",
        rf"\b{STOPPING}(?:{SENDING}|(?:vos|ces|les|tous) (?:\w+ )?(?:{THINGS}|envois))\b",
        rf"\bn ?(?:e )?(?:m ?)?envo\w+ plus\b|\bplus (?:de|aucun\w?) {THINGS}\b",
        r"\b(?:desabonne[rz]?|desinscri(?:re|vez|s)|retire[rz]?|supprime[rz]?|enleve[rz]?)[ -]?"
        r"(?:moi|mon numero|nous)\b",
        r"\b(?:stop|quit) (?:text|messag|contact|send|spam)ing\b",
        r"\b(?:don ?t|do not|never) (?:text|message|contact|send|write)\b",
        r"\b(?:unsubscribe|remove|delete|take) (?:me|my number|us)\b|\bopt(?:ing)? ?out\b",
        r"\bno more (?:texts?|sms|messages?|ads?|promos?)\b",
    )
)
OTHER_WORDS = 3  # beside a reserved word at the start, still perhaps a refusal
MOST_WORDS = 14  # of a sentence that says it; a longer text is about something else too
LONGEST = 300  # characters looked at
NOT_A_WORD = re.compile(r"[^a-z0-9?]+")
QUESTION = re.compile(r"\?\s*$")


def wish_of(text: str) -> str | None:
    """`refused`, `granted`, `unsure`, or None for a text about anything else."""
    plain = fold(unicodedata.normalize("NFKC", text[:LONGEST]))
    asks = bool(QUESTION.search(plain))
    words = [word for word in NOT_A_WORD.sub(" ", plain.replace("?", " ")).split() if word]
    if not words or len(text) > LONGEST:
        return None
    if all(word in START or word in AROUND for word in words) and START & set(words) and len(words) <= 3:
        return GRANTED
    return _refusal(words, asks)


def _refusal(words: list[str], asks: bool) -> str | None:
    reserved = [word for word in words if word in STOP]
    others = [word for word in words if word not in STOP and word not in AROUND and not word.isdigit()]
    if reserved and not others and not asks:
        polite = set(words) - {"non", "no"}
        return REFUSED if not ALONE.issuperset(reserved) or len(polite) <= 3 else UNSURE
    sentence = " ".join(words)
    if len(words) <= MOST_WORDS and any(pattern.search(sentence) for pattern in SENTENCES):
        return UNSURE if asks else REFUSED
    if words[0] in STOP - ALONE and len(others) <= OTHER_WORDS and not asks:
        return UNSURE
    return None
