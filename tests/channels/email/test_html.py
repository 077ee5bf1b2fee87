"""HTML on its way in is made harmless, and becomes text where it is all there is."""

import time

import pytest

from channels.email.html import sanitise, to_text


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        '<a href=" java\tscript:alert(1)">x</a>',
        "<svg><script>alert(1)</script></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
        '<iframe src="javascript:alert(1)"></iframe>',
        "<form action=https://example.net><input name=password></form>",
        "<meta http-equiv=refresh content='0;url=https://example.net'>",
        "<base href=https://example.net>",
        "<link rel=stylesheet href=https://example.net/a.css>",
        '<p style="background:url(https://example.net/x)">x</p>',
        '<p style="position:fixed;top:0">x</p>',
        '<p style="color:red;background-image:\\75rl(https://example.net)">x</p>',
        "<style>@import url(https://example.net/a.css)</style>",
        '<img srcset="https://example.net/a.png 2x">',
        '<td background="https://example.net/a.png">x</td>',
        '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
        '<img src="//example.net/a.png">',
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    ],
)
def test_nothing_runs_and_nothing_is_fetched(source: str) -> None:
    cleaned = (sanitise(source) or "").lower()
    for danger in (
        "script",
        "onerror",
        "onload",
        "alert",
        "example.net",
        "url(",
        "position",
        "<form",
        "<input",
    ):
        assert danger not in cleaned.replace("&lt;img src=x onerror=alert(1)&gt;", "")


def test_a_remote_image_keeps_its_address_aside() -> None:
    assert sanitise('<img src="https://example.net/a.png?x=1&y=2">') == (
        '<img data-remote-src="https://example.net/a.png?x=1&amp;y=2">'
    )


def test_the_look_of_a_mail_is_kept() -> None:
    source = '<table width="600"><tbody><tr><td style="color:#333;padding:4px"><b>Total</b></td></tr></tbody></table>'
    assert sanitise(source) == source


def test_cleaning_again_changes_nothing_that_is_shown() -> None:
    once = sanitise('<p>a</p><img src="cid:x"><a href="https://example.net">y</a>') or ""
    assert sanitise(once) == once


def text_of(source: str) -> str:
    return to_text(source, sanitise(source))


def test_text_keeps_lines_and_lists_apart() -> None:
    assert (
        text_of("<p>Bonjour,</p><p>a<br>b</p><ul><li>un<li>deux</ul>")
        == "Bonjour,\n\na\nb\n\n  * un\n  * deux"
    )


def test_text_leaves_out_styles_comments_and_scripts() -> None:
    source = "<style>p{}</style><!--[if mso]><p>secret</p><![endif]--><script>1</script><p>Vu</p>"
    assert text_of(source) == "Vu"


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 200_000 + "fond",
        "".join(f"<font size={n}>" for n in range(250)) + "<p>" * 11_000 + "fond",
        "<b>" * 250 + "<p>x</b>" * 11_000 + "fond",
        "<a href=x>" * 150_000 + "fond",
        "<table><tr><td>" * 20_000 + "fond",
        "<img " * 100_000 + "> fond",
        "<!--" * 100_000 + "--> fond",
        "&" * 100_000 + " fond",
        "<" * 200_000 + " fond",
    ],
    ids=range(9),
)
def test_traps_take_seconds_at_most_and_lose_no_words(source: str) -> None:
    began = time.process_time()
    text = text_of(source)
    assert time.process_time() - began < 5.0
    assert text.endswith("fond") or "<img" in source or "<!--" in source
