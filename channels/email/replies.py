"""What of a mail's text is new: cut from the quoted mail below it, and from the signature.

Nothing is thrown away here: the three parts are the whole text. When an answer is written between the quoted lines, all
from its first new line on counts as new. Texts are bounded before they are searched, because the library that knows
the other languages' markers (quotequail) takes quadratic time on hostile input.
"""

import re
from dataclasses import dataclass

import quotequail

MAX_LINES = 1000  # beyond, no marker is searched
MAX_LINE = 500  # characters of a line that are looked at
MAX_SIGNATURE = 25  # lines
INTRO_LINES = 4  # over how many lines "On … wrote:" may be wrapped

DASHED = re.compile(
    r"(?i)^[*_ ]*-{2,}\s*(original (message|appointment)|reply message|message (d['’ ]?origine|original|initial)"
    r"|(e-?)?mail (d['’ ]?origine|original)|message pr[ée]c[ée]dent|urspr[üu]ngliche nachricht"
    r"|mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht"
    r"|opr?indelig (besked|meddelelse)|oprindelig besked|original(t)? meddelande|ursprungligt meddelande"
    r"|opprinnelig melding|alkuper[äa]inen viesti|wiadomo[śs][ćc] oryginalna|p[ůu]vodn[íi] zpr[áa]va)"
    r"\s*:?\s*-{2,}[*_ ]*$"
)
# Rules with words in them, as web mailers draw them: “==== Message du : 12/12/2026 13:20”, “---- On … wrote ----”.
RULED = re.compile(
    r"(?i)^\s*(?:[=*~#]{3,}|[-–—]{2,})\s*(?:(?:original )?message (?:du|from|of|de|sent)\b.{0,200}"
    r"|(?:on|le|am|el|il|op|den|dne)\b.{3,300}?\b(?:wrote|a [ée]crit|schrieb|escribi[óo]|ha scritto|schreef|skrev)"
    r"\s*(?::|[^:]{0,150}@[^:]{1,80})?)\s*(?:[=*~#]{3,}|[-–—]{2,})?\s*$"
)
ABOVE = re.compile(
    r"(?i)^\W*(please )?(reply|type|write|respond|merci de|veuillez|r[ée]pond\w*|[ée]cri\w*).{0,60}"
    r"(above this line|au[- ]dessus de cette ligne)\W*$"
)
INTROS = re.compile(
    r"(?i)^(?:>\s*)?(?:on\b.{3,400}?\bwrote|le\b.{3,400}?\ba\s+[ée]crit|il (?:giorno )?.{3,400}?\bha scritto"
    r"|.{3,200}<[^<>\s]+@[^<>\s]+>\s*(?:a\s+[ée]crit|wrote|schrieb|escribi[óo]|skrev|kirjoitti|schreef|napsal).{0,80})"
    r"\s*:?$"
)
INTRO_STARTS = re.compile(r"(?i)^(?:>\s*)?(on|le|il|am|el|em|op|den)\b|@|^\W*\d")
ANY_INTRO = re.compile(
    r"(?i)^.{0,150}\d{1,2}[:.h]\d{2}.{0,200}@.{1,150}:$"
)  # a time, an address, a colon: any language
TIME = re.compile(r"\d{1,2}[:.h]\d{2}")
WROTE = re.compile(r"(?i)\b(wrote|a [ée]crit|schrieb|escribi[óo]|ha scritto|schreef|skrev|kirjoitti|napsal)$")
DIGIT = re.compile(r"\d")
RULE = re.compile(r"^\s*[_\-—–=*]{10,}\s*$")
HEADER = re.compile(
    r"(?i)^[ >]*\*?(from|de|exp[ée]diteur|von|da|van|от|fra|fr[åa]n|l[äa]hett[äa]j[äa]|od|mittente|remitente"
    r"|sent|date|envoy[ée](?: le)?|gesendet|datum|enviado(?: el)?|inviato|отправлено|дата|dato|sendt|skickat"
    r"|l[äa]hetetty|p[äa]iv[äa]m[äa][äa]r[äa]|fecha|data|verzonden|wys[łl]ano|odesl[áa]no"
    r"|to|[àa]|pour|destinataires?|an|para|aan|кому|til|till|vastaanottaja|komu|do|cc|kopi(?:a|o)?|copie [àa]"
    r"|subject|objet|sujet|betreff|asunto|oggetto|onderwerp|тема|emne|[äa]mne|aihe|temat|p[řr]edm[ěe]t|assunto)"
    r"\s*:\s?\*?(.*)$"
)
FROM = {
    "from", "de", "expéditeur", "expediteur", "von", "da", "van", "от", "fra", "från", "fran", "lähettäjä",
    "lahettaja", "od", "mittente", "remitente",
}  # fmt: skip
QUOTED = re.compile(r"^\s{0,2}>")
DELIMITER = re.compile(r"^(-- ?|--\s*|__|—)$")
MOBILE = re.compile(
    r"(?i)^(sent from my(\s+[\w.+-]+){1,4}|get (outlook|bluemail|typeapp) for .{1,40}"
    r"|sent (from|with|via|using) (outlook|mail|yahoo|proton|the|android|samsung|sparrow|aol|typeapp|bluemail|zoho"
    r"|gmail|spark|mailbird|canary|k-9|fairemail|hey|fastmail|tutanota|icloud|iphone|ipad|blackberry|workspace)\b.{0,80}"
    r"|envoy[ée] (de|depuis) mon(\s+[\w.+-]+){1,4}|envoy[ée] [àa] partir d(e|u|['’]).{1,60}"
    r"|envoy[ée] depuis (outlook|yahoo|l['’]appli|ma|un|la|proton).{0,60}"
    r"|envoy[ée] (de|avec|via) (outlook|yahoo|proton|sfr|orange|la ).{0,60}"
    r"|obtenez outlook .{1,40}|t[ée]l[ée]charge[rz] outlook .{1,40}|provenance\s?: .{1,40}"
    r"|gesendet (von|mit|[üu]ber) .{1,50}|von meinem .{1,30} gesendet|enviado (desde|con|a partir d[eo]) .{1,40}"
    r"|inviato (da(l|lla)?( mio| mia)?|con) .{1,40}|verzonden (vanaf|met|van) .{1,40}|skickat (fr[åa]n|med) .{1,40}"
    r"|sendt fra .{1,40}|l[äa]hetetty .{1,40}|wys[łl]ane z .{1,40}|odesl[áa]no z .{1,40})\.?(\s*<?https?://\S+>?)?$"
)
LEGAL = re.compile(
    r"(?i)^\W*(ce (message|courriel|mail|courrier)( [ée]lectronique)?( et| ainsi|,| est| peut| contient)"
    r".{0,60}(pi[èe]ces? jointes?|confidenti|destin)"
    r"|this (e-?mail|message|communication).{0,60}(attachment|confidential|intended)"
    r"|confidentiality notice|avis de confidentialit)"
)
LIST_FOOTER = re.compile(r"^_{20,}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """The three parts of a text, each without empty lines around it."""

    new: str
    quoted: str = ""
    signature: str = ""


def split(text: str, *, forward: bool = False) -> Split:
    """Cuts the text. A forwarded mail is what its sender wants to show: nothing of it counts as quoted."""
    lines = text.split("\n")
    start = None if forward else _quote_start(lines)
    if start is None:
        return _without_signature(lines, "")
    after = _after_quote(lines, start)
    top = lines[:start]
    if not _said(top):
        if after is None or after == start:
            return Split(new="", quoted=_joined(lines))
        return _without_signature(lines[after:], _joined(lines[:after]))
    if after is not None:
        return _without_signature(lines, "")  # written between the quoted lines: they are its context
    return _without_signature(top, _joined(lines[start:]))


def _quote_start(lines: list[str]) -> int | None:
    """The first line of the quoted mail, its introduction included."""
    searched = [line[:MAX_LINE].rstrip() for line in lines[:MAX_LINES]]
    for number, line in enumerate(searched):
        if line and _begins_quote(searched, number, line):
            return _introduction(searched, number)
    return _foreign_start(searched)


def _introduction(lines: list[str], number: int) -> int:
    """Where the quote begins with what stands right above it: a rule, or "…, 5 May, 10:12:" in any language."""
    if number and RULE.match(lines[number - 1]):
        return number - 1
    above = next((n for n in range(number - 1, max(number - 3, -1), -1) if lines[n].strip()), None)
    if above is not None and QUOTED.match(lines[number]):
        line = lines[above].strip()
        if line.endswith(":") and DIGIT.search(line) and ("@" in line or TIME.search(line)):
            return above
    return number


def _begins_quote(lines: list[str], number: int, line: str) -> bool:
    if DASHED.match(line) or RULED.match(line) or (number < 3 and ABOVE.match(line)):
        return True
    if QUOTED.match(line):
        return _quoted_run(lines, number)
    if INTRO_STARTS.search(line) and _introduces(lines, number):
        return True
    if RULE.match(line) and number + 1 < len(lines):
        return _headers(lines, number + 1)
    return _headers(lines, number) if HEADER.match(line) else False


def _introduces(lines: list[str], number: int) -> bool:
    joined = ""
    for line in lines[number : number + INTRO_LINES]:
        if not line.strip():
            return False
        joined = f"{joined} {line.strip()}".strip()
        ends = joined.endswith(":") or (WROTE.search(joined) and "@" in joined and TIME.search(joined))
        if ends and len(joined) < 600 and DIGIT.search(joined):
            return bool(INTROS.match(joined) or ANY_INTRO.match(joined))
    return False


def _quoted_run(lines: list[str], number: int) -> bool:
    """More than one quoted line, or one that ends the text or is followed by an answer."""
    run = 0
    for line in lines[number:]:
        if QUOTED.match(line):
            run += 1
            if run == 2:
                return True
        elif line.strip():
            return number == 0 or not _said(lines[:number])
    return True


def _headers(lines: list[str], number: int) -> bool:
    """Three header lines in a row, a sender among them, as Outlook puts them above what it quotes."""
    names: set[str] = set()
    misses = 0
    for line in lines[number : number + 14]:
        found = HEADER.match(line)
        if found:
            names.add(found[1].lower())
        elif line.strip():
            misses += 1  # a field may go on in a second line
            if misses > 2 or not names:
                return False
        if len(names) >= 3 and names & FROM:
            return True
    return False


def _foreign_start(lines: list[str]) -> int | None:
    """What the library knows of other languages; asked only when a line looks like one of its markers."""
    if not any(line.endswith((":", ">", "---")) for line in lines):
        return None
    parts = quotequail.quote("\n".join(lines), limit=MAX_LINES + 1, quote_intro_line=True)
    if len(parts) != 2 or parts[1][0]:
        return None
    number = parts[0][1].count("\n") + 1 if parts[0][1] else 0
    return None if _forwards(lines[number]) else number


def _forwards(line: str) -> bool:
    return bool(
        re.search(r"(?i)forward|transf[ée]r|r[ée]exp[ée]di|weitergeleitet|reenviado|doorgestuurd", line)
    )


def _after_quote(lines: list[str], start: int) -> int | None:
    """The first new line below quoted ones, if there is one that says something."""
    seen_quoted = False
    previous_quoted = False
    for number in range(start, min(len(lines), MAX_LINES)):
        line = lines[number]
        if QUOTED.match(line):
            seen_quoted = previous_quoted = True
        elif not line.strip():
            previous_quoted = False
        elif seen_quoted:
            wrapped = previous_quoted and _said(lines[:start])  # the end of a long quoted line
            if not wrapped:
                return number if _said(_without_tail(lines[number:])) else None
            previous_quoted = False
    return None


def _without_tail(lines: list[str]) -> list[str]:
    """The lines before a signature or a list's footer, quoted ones left out."""
    kept: list[str] = []
    for line in lines:
        if DELIMITER.match(line) or LIST_FOOTER.match(line.strip()) or MOBILE.match(line.strip()):
            break
        if not QUOTED.match(line):
            kept.append(line)
    return kept


def _without_signature(lines: list[str], quoted: str) -> Split:
    for number, line in enumerate(lines):
        short = len(lines) - number <= MAX_SIGNATURE
        if short and _ends_here(line) and _said(lines[:number]):
            return Split(new=_joined(lines[:number]), quoted=quoted, signature=_joined(lines[number:]))
    return Split(new=_joined(lines), quoted=quoted)


def _ends_here(line: str) -> bool:
    bare = line.strip()[:MAX_LINE]
    return bool(
        DELIMITER.match(line.rstrip("\r"))
        or MOBILE.match(bare)
        or LIST_FOOTER.match(bare)
        or LEGAL.match(bare)
    )


def _said(lines: list[str]) -> bool:
    return any(line.strip() for line in lines)


def _joined(lines: list[str]) -> str:
    return "\n".join(line.rstrip() for line in lines).strip("\n")
