"""Texts that were made to take long."""

from html.parser import HTMLParser

import pytest

from assistant.text.answers.cleaning import Unwrapper
from assistant.text.answers.finishing import finish_text
from assistant.text.answers.streaming import StreamText
from assistant.text.html.sanitising import safe_html
from assistant.text.masking.kinds import KINDS
from assistant.text.masking.masking import Mask, MaskingRules
from tests.growth import grows_no_faster, repeated

pytestmark = pytest.mark.usefixtures("no_collection")

SIZE = 64 * 1024
PIECES = [
    "a",
    "1",
    " ",
    "(",
    "[",
    "<",
    "<a ",
    '<a href="',
    "<!--",
    "&",
    "&a",
    "&#",
    "@",
    "a@",
    "a@b.",
    ".",
    "a.",
    "1 ",
    "1.",
    "111 ",
    "111.",
    "0",
    "+1",
    "+49 1 ",
    "(0",
    "#",
    "#1",
    "-",
    "A-",
    "A1-",
    "A1",
    "DE89 ",
    "DE89",
    "4111 ",
    "$",
    "$1",
    "1,",
    "order ",
    "order 1",
    "http://",
    "www.",
    "https://x)",
    "Z",
    "ZQ",
    "ZQX",
    "ZQX1",
    "ZQX1 ",
    "ZQX1LINK",
    "[[ZQX1LINK",
    "[ZQX9]",
    "`",
    "```\n",
    "\n",
    "\n```x",
    '"',
    "“",
    "here is ",
    "Sure, ",
    "<p>",
    "<script>",
    "</",
    "<a '",
    'x="',
    " href=",
    "_",
    "*",
    "\\",
    "e\u0301",
    "\u200f",
    "好",
    "²",
    "İ",
    "1-",
    "a-1/",
    "mailto:a@b.de,",
    "ZQX1a",
    "<svg>",
    "-->",
    '<p style="color:red">',
    "$1 EUR 2 ",
    "12 34 56 78 ",
    "1万",
    "1-",
    "1 de ",
    "Fr. 1",
    "5 mio ",
    "1,00",
    "円",
    "E",
    "\u200b",
    "1\u200b",
    "\u2009",
    "٣",
    "ﬃ",
    "\ufdfa",
    "&#8203;",
    "1—",
    "（1）",  # noqa: RUF001 - wide brackets
    "1\n",
    "a-\n",
    "a_",
    "a.de",
    "a @ b.de ",
    '"a',
    "https://a/\n",
    "+49 1\n",
    "4111 1111\n",
    "ORD-\n",
    "> \n",
    "<b>1</b>",
    "a<b>@</b>",
    "1<br>",
]


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("html", [False, True])
def test_no_text_takes_long(piece: str, html: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Twice as much of anything takes twice as long, there and back."""
    grows_no_faster(lambda size: _there_and_back(repeated(piece, size), html=html), SIZE // 8)


def _there_and_back(text: str, *, html: bool) -> None:
    mask = Mask(MaskingRules(private=KINDS))
    answer = mask.hide(text, html=html)
    finish_text(answer, mask=mask, draft=text, html=html)
    stream = StreamText(mask, html=html, draft=text)
    for start in range(0, len(answer), 512):
        stream.feed(answer[start : start + 512])
    stream.finish()


@pytest.mark.parametrize(
    "piece", ["1\u200b", "a-", "a.b ", "4111 1111\n", "+49 1\n", "&#8203;1", "<b>1</b>", "a @ b.de "]
)
def test_twice_the_text_takes_twice_the_time(piece: str) -> None:
    """Finding things in any spelling, over and over."""
    grows_no_faster(lambda size: Mask(MaskingRules(private=KINDS)).hide(repeated(piece, size), html=True), SIZE // 2)


@pytest.mark.parametrize("html", [False, True])
@pytest.mark.parametrize(
    "piece", ["* ", "- ", "_ ", "*_#>", "<b>", "<p>", "<p> ", "<div>", "<hr>", "<p>---</p>", "— ", "> ", "# "]
)
def test_no_beginning_is_held_back_for_long(piece: str, html: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """What is waited for is looked through at each delta."""
    text = piece * (8000 // len(piece))
    unwrapper = Unwrapper("<p>hi</p>" if html else "hi")
    shown = "".join(unwrapper.feed(text[start : start + 3]) for start in range(0, len(text), 3))
    assert len(shown) > len(text) - 1100


ALL = (
    "<div><p><ul><li><b><i><span style='color:red'><blockquote><section><font color=red><table><tr><td><pre><dl><dd>"
    "<a href=x>x</a><h1>y</h1></div>"
)
DEEP = [
    "<div>", "<blockquote>", "<ul><li>", "<dl><dd>", "<b><p>", "<b><div>", "<b>", "<i><b>", "<a href=x>", "<span>",
    "<font color=red>", "<table><tr><td>", "<pre>", "<p><table>", "<div><a href=x>", "<section><li>", "<div></p>",
]  # fmt: skip


class Depth(HTMLParser):
    """How deep the elements of some sound HTML stand in one another."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.now = self.most = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Go in."""
        self.now += tag not in {"br", "hr", "img"} and attrs is not None
        self.most = max(self.most, self.now)

    def handle_endtag(self, tag: str) -> None:
        """Go out."""
        self.now -= tag not in {"br", "hr", "img"}


@pytest.mark.parametrize("piece", DEEP)
def test_no_answer_nests_without_end(piece: str) -> None:
    """The parser's time grows with the depth, and a browser's too; closed or not."""
    count = 5000 // len(piece)
    for text in (piece * count, piece * count + piece.replace("<", "</") * count):
        safe = safe_html(text + "end", ALL)
        assert Depth(safe).most <= 300  # a parser adds `<tbody>`
        assert "end" in safe


@pytest.mark.parametrize(
    "piece", ["<p><b class=N>x", "<p><font color=N>x", "<li><i lang=N>x", "<div><p><u dir=N>", "<b lang=N><div>x</b>"]
)
def test_no_answer_grows_by_what_is_left_open(piece: str) -> None:
    """A parser opens `<b>` again in each paragraph until it is closed."""
    text = "".join(piece.replace("N", str(number)) for number in range(600))
    assert len(safe_html(text, f"{ALL}<p class=a lang=en dir=ltr>")) < 4 * len(text)


def test_sound_html_stays_however_long_it_is() -> None:
    """Lists in lists, tables in quotations, entries left open."""
    row = (
        '<p>Hi <b>Ana</b>, <a href="x">x</a><br>y</p><ul><li>a<ul><li><p>b</p></li></ul></li><li>c</li></ul>'
        "<blockquote>"
        "<table><tbody><tr><td><p>1</p><p>2</p></td><td>x</td></tr></tbody></table></blockquote><div><h1>t</h1></div>"
    )
    assert safe_html(row * 60, ALL) == row * 60
    assert safe_html("<ul><li>a<li>b</ul><p>c<p>d" * 90, ALL) == "<ul><li>a</li><li>b</li></ul><p>c</p><p>d</p>" * 90
