"""Telling HTML from text."""

import time

import pytest

from assistant.completion.output import is_html

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


@pytest.mark.parametrize("piece", ["<", "<b", "<b ", "<b>", "</b>", "<p>", " <br> ", "<b>x</b>", "\n ", "<b> ", "<p "])
def test_no_text_takes_long(piece: str) -> None:
    """200 KB of anything: far less than a second on an idle machine."""
    started = time.process_time()
    is_html(piece * (200_000 // len(piece)))
    assert time.process_time() - started < 2
