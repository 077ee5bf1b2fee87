"""A mail's HTML: made harmless on the way in, and turned into text where it is all there is.

What is kept can be shown in a sandboxed frame: no script, no form, no style sheet, nothing fetched from afar. A
remote image keeps its address in `data-remote-src`, so that a reader may ask for it; an image that came along keeps
its `cid:` address, by which whoever shows the mail finds the attachment.
"""

import html
import re
from collections.abc import Iterator

import nh3
from inscriptis import get_text
from inscriptis.model.config import ParserConfig

from channels.email.charset import clean

MAX_HTML = 2_097_152  # characters; a larger one is kept as a file
MAX_LAID_OUT = 262_144  # characters that are laid out as text; a larger one is only stripped of its tags
MANY_LINES = re.compile(r"\n{3,}")
BLOCK_END = re.compile(r"(?i)<(?:br|/p|/div|/tr|/li|/h[1-6])\b[^<>]*>")
ANY_TAG = re.compile(r"<[^<>]*>")
NAMED_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Tags that close themselves, or that the next of their kind closes: they do not nest.
FLAT = set(
    "area base br col embed hr img input link meta param source track wbr p li td tr th dt dd tbody thead tfoot"
    " colgroup option".split()
)
MAX_DEPTH = 256
MAX_WORK = 3_000_000  # tags × depth: HTML's rules for unclosed tags make that many nodes at worst
LAID_OUT_DEPTH = 100  # libxml2 stops at 256 and drops what is deeper
BLOCKED = "blocked:"

TAGS = set(
    "a abbr acronym address article b bdi big blockquote br caption center cite code col colgroup dd del details"
    " dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark ol p"
    " pre q s samp section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul"
    " var wbr".split()
)
ATTRIBUTES = {
    "*": {"align", "dir", "lang", "style", "title", "valign"},
    "a": {"href"},
    "blockquote": {"type"},
    "col": {"span", "width"},
    "colgroup": {"span", "width"},
    "font": {"color", "face", "size"},
    "img": {"alt", "height", "src", "width"},
    "li": {"value"},
    "ol": {"start", "type"},
    "table": {"bgcolor", "border", "cellpadding", "cellspacing", "width"},
    "td": {"bgcolor", "colspan", "height", "rowspan", "width"},
    "th": {"bgcolor", "colspan", "height", "rowspan", "width"},
    "tr": {"bgcolor"},
    "ul": {"type"},
}
# None of these can name an address or lay something over the page.
STYLES = set(
    "background-color border border-bottom border-collapse border-color border-left border-radius border-right"
    " border-spacing border-style border-top border-width color direction display font font-family font-size"
    " font-style font-variant font-weight height letter-spacing line-height list-style-type margin margin-bottom"
    " margin-left margin-right margin-top max-width min-width padding padding-bottom padding-left padding-right"
    " padding-top text-align text-decoration text-indent text-transform vertical-align white-space width"
    " word-break word-wrap".split()
)


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "style" and ("\\" in value or "(" in value.replace("rgb(", "").replace("rgba(", "")):
        return None  # url(), expression(), or letters hidden behind escapes
    if tag == "img" and name == "src" and not value.lower().startswith("cid:"):
        return BLOCKED + value if value.lower().startswith(("http:", "https:")) else None
    return value


CLEANER = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags={
        "script",
        "style",
        "title",
        "svg",
        "math",
        "template",
        "noscript",
        "iframe",
        "object",
    },
    attributes=ATTRIBUTES,
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto", "tel", "cid"},
    url_relative="deny",
    filter_style_properties=STYLES,
    link_rel="noopener noreferrer nofollow",
    set_tag_attribute_values={"a": {"target": "_blank"}},
)
STRIPPER = nh3.Cleaner(tags=set(), attributes={}, link_rel=None)
IMAGE = re.compile(r"<img\b[^>]*>")
CID = re.compile(r'\ssrc="cid:([^"]+)"')
ALT = re.compile(r'\salt="([^"]+)"')
LAYOUT = ParserConfig()


def sanitise(source: str) -> str | None:
    """HTML that is harmless to show under a policy of no scripts and no remote loads; None when it is a trap."""
    if len(source) > MAX_HTML or _depth(source) is None:
        return None
    return CLEANER.clean(clean(source)).replace(f' src="{BLOCKED}', ' data-remote-src="')


def to_text(source: str, sanitised: str | None) -> str:
    """The HTML's words as plain text, with lines, lists and tables kept apart."""
    if sanitised is None:
        return tidy(html.unescape(ANY_TAG.sub(" ", BLOCK_END.sub("\n", source[:MAX_HTML]))))
    if len(sanitised) <= MAX_LAID_OUT and (_depth(sanitised) or 0) <= LAID_OUT_DEPTH:
        try:
            ruled = sanitised.replace("<hr>", f"<p>{'_' * 20}</p>")  # what follows is often the quoted mail
            return tidy(get_text(ruled, LAYOUT))
        except (ValueError, TypeError, AssertionError, LookupError):
            pass  # the layout's limits; what follows has none
    return tidy(html.unescape(STRIPPER.clean(BLOCK_END.sub("\n", sanitised))))


def described(sanitised: str) -> Iterator[tuple[str, str]]:
    """(content id, alternative text) of the pictures that come along with the mail; both still escaped."""
    for tag in IMAGE.findall(sanitised[:MAX_HTML]):
        cid, alt = CID.search(tag), ALT.search(tag)
        if cid and alt:
            yield cid[1], alt[1]


def _depth(source: str) -> int | None:
    """How deep the tags nest, about; None when building the tree could take minutes."""
    depth = deepest = count = 0
    for closing, name in NAMED_TAG.findall(source):
        count += 1
        if name.lower() not in FLAT:
            depth = max(depth - 1, 0) if closing else depth + 1
            deepest = max(deepest, depth)
    return deepest if deepest <= MAX_DEPTH and deepest * count <= MAX_WORK else None


def tidy(text: str) -> str:
    """No spaces at line ends, never more than one empty line."""
    lines = "\n".join(line.rstrip() for line in clean(text).split("\n"))
    return MANY_LINES.sub("\n\n", lines).strip("\n")
