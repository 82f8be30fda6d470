"""HTML stays whole and harmless; text stays text."""

import pytest

from tests.assistant.text.guards.checking import Pair, ask, ask_all, assert_found, faithful, unfaithful

FAITHFUL = {
    "the same tags": faithful(
        "<p>ends on <strong>3 May</strong></p>", "<p>It ends on <strong>3 May</strong>.</p>", html=True
    ),
    "safe tags added": faithful("<p>a, b</p>", "<p>These:</p><ul><li>a</li><li>b</li></ul>", html=True),
    "tags of the draft": faithful('<font color="red">now</font>', '<font color="red">Now.</font>', html=True),
    "a list left open, as HTML allows": faithful("<ul><li>a<li>b</ul>", "<ul><li>A<li>B</ul>", html=True),
    "empty tags": faithful("<p>a<br>b<hr>c</p>", "<p>A<br/>B<hr />C</p>", html=True),
    "broken before": faithful("<p>a <b>b</p>", "<p>A <b>B</p>", html=True),
    "text": faithful("if a < b and c > d", "If a < b and c > d."),
    "a tag that is spoken of": faithful("use <p> and </p>", "Please use <p> and </p>, or <p> alone."),
    "a line of the draft": faithful("write:\n<b>so</b>\n\nBye", "Please write:\n<b>so</b>\n\nBye"),
    "an address in brackets": faithful("mail <help@example.com>", "Please mail <help@example.com>."),
    "a style kept": faithful('<p style="color:red">x</p>', '<p style="color:red">X</p>', html=True),
    "a link": faithful('<a href="https://example.com">x</a>', '<p><a href="https://example.com">X</a></p>', html=True),
    "a link shown becomes clickable": faithful(
        "<p>https://example.com</p>", '<p><a href="https://example.com">https://example.com</a></p>', html=True
    ),
    "breaks left out": faithful("Hi<br>there", "Hi there", html=True),
    "multiplied": faithful("5*3", "That is 5 * 3 * 2, and 2*3*4 at most."),
    "names in code": faithful("init", "Call __init__ and snake_case_name(*args, **kwargs)."),
    "numbers with a hash": faithful("1 and 2", "Tickets #1 and #48213.\n# 1 comes first."),
    "lists of a letter": faithful("a b", "Please:\n- a\n- b\n\n1. c\n2. d\n* e\n* f"),
    "quoted lines and a signature": faithful("x", "> You wrote\n> this\n\nYes.\n-- \nTom"),
    "hashtags": faithful("thx", "Thank you!\n#support #Danke"),
    "sums and brackets": faithful("a=b", "a == b, and [ ] is empty.\na = b"),
    "two footnotes": faithful("x y", "x** and\n\ny, see below.\n** with VAT"),
    "a footnote": faithful("10 EUR", "10 EUR*, see below.\n*) with VAT"),
    "an address with signs": faithful("https://x.example/_a_/b", "See https://x.example/_a_/b and a_b_c@x.example"),
    "Markdown of the draft": faithful("use **this** and `that`", "Please use **this** and `that`."),
    "Markdown in HTML that the draft has": faithful("<p>**x**</p>", "<p>**X**</p>", html=True),
}
MARKDOWN = {
    "bold": ("Please **restart** the app.", "**"),
    "code": ("Please open the `menu`.", "`"),
    "a heading": ("### Restart\nPlease do.", "#"),
    "a link": ("See [our page](https://x.example/a).", "[…](…)"),
    "slanted": ("This is *really* urgent.", "*"),
    "bold with bars": ("It is __very important__ to us.", "__"),
    "slanted with bars": ("It is, _so to speak_, done.", "_"),
    "struck through": ("It is ~~20~~ 10 euros.", "~~"),
    "a table": ("| a | b |\n|---|---|\n| 1 | 2 |", "|---|"),
    "both": ("This is ***it***.", "**"),
    "bold over two lines": ("Please **restart\nthe router** now.", "**"),
    "a fence of waves": ("Run:\n~~~\nls\n~~~", "~~~"),
    "a heading that is underlined": ("Restart\n=======\nPlease do.", "==="),
    "a heading without a space": ("##Neustart\nBitte sehr.", "#"),
    "a list to be ticked off": ("Please:\n- [ ] open it\n- [x] close it", "- [ ]"),
    "code that is fenced": ("Run this:\n```\nls\n```", "`"),
}
UNFAITHFUL = {
    "formatting lost": unfaithful("<p>ends <b>today</b></p>", "It ends today.", "The formatting is lost.", html=True),
    "a script": unfaithful(
        "<p>ok</p>", "<p>ok</p><script>alert(1)</script>", "<script> is not in the draft", html=True
    ),
    "a script that was there": unfaithful(
        "<script>a()</script><p>b</p>", "<script>a()</script><p>b</p>", "<script>", html=True
    ),
    "an event": unfaithful('<img src="a.png">', '<img src="a.png" onerror="x()">', "<img onerror>", html=True),
    "a script in a link": unfaithful("<p>a</p>", '<p><a href="java&#115;cript:x()">a</a></p>', "<a href>", html=True),
    "a frame": unfaithful("<p>a</p>", '<p>a</p><iframe src="https://example.com"></iframe>', "<iframe>", html=True),
    "not closed": unfaithful("<p><b>a</b></p>", "<p><b>A</p>", "</p> is not closed properly", html=True),
    "left open at the end": unfaithful("<p><em>a</em></p>", "<p>A</p><em>", "<em> is not closed properly", html=True),
    "closed twice": unfaithful("<div>a</div>", "<div>a</div></div>", "</div> is not closed properly", html=True),
    "a link no longer clickable": unfaithful(
        '<p><a href="https://example.com/a">https://example.com/a</a></p>',
        "<p>https://example.com/a</p>",
        "clickable link",
        html=True,
    ),
    "tags in a text": unfaithful(
        "do this first", "<p>Please do this first.</p>", "The draft is plain text; the answer has the tag <p>."
    ),
    "tags around a text that names them": unfaithful(
        "use <p> for paragraphs", "<p>Please use <p> for paragraphs.</p>", "the answer has the tag <p>."
    ),
    "unknown tags": unfaithful("<p>a</p>", "<p>a</p><marquee>b</marquee>", "<marquee> is not in", html=True),
}


@pytest.mark.parametrize("pair", FAITHFUL.values(), ids=list(FAITHFUL))
def test_keeps_quiet(pair: Pair) -> None:
    """Tags of the draft and safe ones may come and go."""
    assert ask("html", pair) == ()


@pytest.mark.parametrize("pair", UNFAITHFUL.values(), ids=list(UNFAITHFUL))
def test_speaks_up(pair: Pair) -> None:
    """A tag that is broken, made up or dangerous is named, and so is a link that died."""
    assert_found("html", pair)


def test_a_lost_link_is_told_once() -> None:
    """A link that is gone altogether is reported as a lost link, not as lost formatting too."""
    pair = unfaithful(
        '<p><a href="https://example.com/a">Pay here</a> now please</p>', "<p>Pay here now please</p>", html=True
    )
    assert ask_all(pair) == ["The link https://example.com/a is missing."]


@pytest.mark.parametrize(("answer", "signs"), MARKDOWN.values(), ids=list(MARKDOWN))
@pytest.mark.parametrize("html", [False, True])
def test_markdown_that_a_customer_would_see_is_named(answer: str, signs: str, html: bool) -> None:  # noqa: FBT001
    """In a text, and where it was not turned into tags; the model is told to leave it out."""
    draft = "<p>do this</p>" if html else "do this"
    [found] = ask("html", unfaithful(draft, f"<p>{answer}</p>" if html else answer, "", html=html))
    assert f"Markdown signs {signs}" in found.message
    assert "without Markdown" in found.instruction
