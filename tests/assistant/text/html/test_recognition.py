"""Telling HTML from text."""

import pytest

from assistant.text.html.recognition import is_html, with_words_shown
from tests.growth import grows_no_faster, repeated

pytestmark = pytest.mark.usefixtures("no_collection")

TEXTS = [
    "Put <b> around the title, then replace <your-name> with yours.",
    "Put <b> around the title, then </b> after it.",
    "Wrap it in <b> and </b>.",
    "Wrap it in <b>...</b>, or leave it.",
    "Press <Enter> then <Esc>, not <s>.",
    "Use List<String> and end lines with <br>.",
    "Use <br/> or <hr>, please.",
    "A list is <ul>, an entry `<li>`, a cell (<td>).",
    "vector<i> is no <a>",
    "If a<b and c>d, then restart it.",
    "Use the <u> key, then mount /dev/sda1 <mountpoint> & wait.",
    "Write to Sara <sara@example.org> or use <b>.",
    "Please send <order id> and <name> to us.",
    "Use <p> and </p> for paragraphs.",
    "<p> and </p> mark a paragraph.",
    "Leave <p></p> out.",
    "<name>Ana</name> is what our XML says.",
    "Hi Ana,\n\nwrite <b>so</b> into the template.\n\nBest,\nTom",
    "x < y > z",
    "an <img> has a source",
    "Press <kbd>F5</kbd> & reload <your-page>",
    "Dear <Name>,\n\nyour parcel goes to\n<Address>\nand we call <phone>.",
    "Ship to:\n<Address>\n\nThanks",
    "Dear <customer>,\n\n<Section 1>\n\nBye <agent>",
    "<Header>\nDear <customer>, thanks\n<Footer>",
    "hello <Name>,<br>\nbye",
    "type <code>ls -la</code> in <your-folder> & Enter",
    "<Address>",
    "<Main topic>Please fill it in</Main topic>",
    "Press <b>OK</b>, then mail <sara@example.org>",
    "<Section 2>Prices",
    "We ship to <Имя>,<br>thanks",
    "Hi <First Name>,<br/>see <https://x.example>",
    "",
]
HTML = [
    "<p>x</p>",
    "<p></p>",
    "<p><br></p>",
    "<P CLASS='x'>HI</P>",
    "<p>\n  Hello\n</p>",
    "<p> Hello </p>",
    "<p>One<p>Two",
    "<ul><li>a<li>b</ul>",
    "<div>Hello</div>",
    "Hello <b>Ana</b>, thanks",
    "Hello<b> Ana </b>there",
    "Hi<br>there",
    "Hi Ana,<br><br>we look",
    "One.\n<br>\nTwo.",
    "see <a href='https://x.example'>this</a>",
    '<font color="red">x</font>',
    'our logo: <img src="a.png">',
    "<p>Press &lt;Enter&gt; or <b> now</p>",
    "Hi\n<ul>\n<li>a</li>\n</ul>",
    "<p>Dear <Name>,</p><p>thanks</p>",
    "<p>Hi<o:p></o:p></p>",
    "Hi<o:p></o:p><br>there",
    "<div>Use <your-name></div>",
    'Hi <mention id="4">Ana</mention>,<br>thanks',
    "<ul> <li>a",
    "<td nowrap>1</td>",
    "<hr noshade>\nx",
    "<table><tr><td>1</td></tr></table>",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_tag_that_is_spoken_of_leaves_a_text_a_text(text: str) -> None:
    """However many stand in it: agents of hosters write so all day."""
    assert not is_html(text)


@pytest.mark.parametrize("text", HTML)
def test_a_tag_that_works_makes_html(text: str) -> None:
    """Whatever composer wrote it, and whatever else stands in it."""
    assert is_html(text)


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>Dear <Name>,</p>", "<p>Dear &lt;Name&gt;,</p>"),
        ("<p>mail <sara@example.org></p>", "<p>mail &lt;sara@example.org&gt;</p>"),
        ("<p>see <https://x.example/a></p>", "<p>see &lt;https://x.example/a&gt;</p>"),
        ("<div>the <order id>, the <Имя></div>", "<div>the &lt;order id&gt;, the &lt;Имя&gt;</div>"),
        ("<p>a<o:p></o:p><o:p>", "<p>a<o:p></o:p><o:p>"),
        ("<p><mention>Ana</mention> <my-tag x=y></p>", "<p><mention>Ana</mention> <my-tag x=y></p>"),
        ("<section><nav><video></section>", "<section><nav><video></section>"),
        ("<p>a < b, <3</p>", "<p>a < b, <3</p>"),
    ],
)
def test_words_in_brackets_are_escaped_and_elements_stay(html: str, shown: str) -> None:
    """What a browser would swallow is shown as it was meant."""
    assert with_words_shown(html) == shown
    assert with_words_shown(shown) == shown


@pytest.mark.parametrize(
    "piece", ["<", "<b", "<b ", "<b>", "</b>", "<p>", " <br> ", "<b>x</b>", "\n ", "<b> ", "<p ", "<n ", "<n>", "</n>"]
)
def test_no_text_takes_long(piece: str) -> None:
    """Twice as much of anything takes about twice as long."""
    grows_no_faster(lambda size: is_html(repeated(piece, size)), 100_000)
    grows_no_faster(lambda size: with_words_shown(repeated(piece, size)), 50_000)
