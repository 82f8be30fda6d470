"""HTML that was made to take long."""

from html.parser import HTMLParser

import pytest

from assistant.text.html.sanitising import safe_html
from tests.assistant.text.masking.hostile import BEGINNINGS, PIECES, SIZE, shown_at_once, there_and_back
from tests.growth import grows_no_faster, repeated

pytestmark = pytest.mark.usefixtures("no_collection")


@pytest.mark.parametrize("piece", PIECES)
def test_no_text_takes_long(piece: str) -> None:
    """Twice as much of anything takes twice as long, there and back."""
    grows_no_faster(lambda size: there_and_back(repeated(piece, size), html=True), SIZE // 16)


@pytest.mark.parametrize("piece", BEGINNINGS)
def test_no_beginning_is_held_back_for_long(piece: str) -> None:
    """What is waited for is looked through at each delta."""
    assert shown_at_once(piece, html=True)


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
