"""HTML drafts as a tiny model reads them, and their links in what it answers."""

import pytest

from assistant.text.html.plain_drafts import plain_draft, with_links

MAIL = (
    "<p>Hi Ana,</p><p>please do this:</p><ul><li>restart the app</li><li>open "
    '<a href="https://help.example.com/reset?a=1&amp;b=2">the reset page</a></li></ul><p>Best,<br>Tom</p>'
)
LINK = '<a href="https://help.example.com/reset?a=1&amp;b=2">the reset page</a>'
BARE = '<a href="https://help.example.com/reset?a=1&amp;b=2">https://help.example.com/reset?a=1&amp;b=2</a>'
ADDRESS = "https://help.example.com/reset?a=1&amp;b=2"


def test_draft_is_read_without_its_markup() -> None:
    """Paragraphs stand apart, entries have a dash, and a link has its address after its words."""
    assert plain_draft(MAIL) == (
        "Hi Ana,\n\nplease do this:\n\n- restart the app\n- open the reset page "
        "(https://help.example.com/reset?a=1&b=2)\n\nBest,\nTom"
    )


@pytest.mark.parametrize(
    ("answer", "linked"),
    [
        (f"<p>Open the reset page ({ADDRESS}).</p>", f"<p>Open {LINK}.</p>"),
        (f"<p>Open {ADDRESS}.</p>", f"<p>Open {BARE}.</p>"),
        ("<p>Open the reset page.</p>", f"<p>Open {LINK}.</p>"),
        ("<p>Open the reset page. If the reset page fails, write.</p>", None),
        ("<p>Open the reset pages.</p>", None),
        ("<p>Open it.</p>", None),
        (f"<p>Open {ADDRESS}&amp;c=3.</p>", None),
        (f"<p>Open {LINK}, the reset page.</p>", None),
    ],
)
def test_link_that_stands_in_the_answer_is_one_again(answer: str, linked: str | None) -> None:
    """It is known by its address, or by words that stand there once; what is only like it stays text."""
    assert with_links(answer, MAIL) == (linked or answer)


def test_links_with_the_same_words_are_known_by_their_addresses() -> None:
    """Words that two links share tell neither."""
    first, second = '<a href="https://a.example/1">here</a>', '<a href="https://a.example/2">here</a>'
    draft = f"<p>Terms {first}, help {second}.</p>"
    assert with_links("<p>Look here.</p>", draft) == "<p>Look here.</p>"
    said = "<p>Help here (https://a.example/2), terms here (https://a.example/1).</p>"
    assert with_links(said, draft) == f"<p>Help {second}, terms {first}.</p>"


def test_mail_address_is_a_link_again() -> None:
    """The words of such a link are often the address itself."""
    link = '<a href="mailto:tom@example.com">tom@example.com</a>'
    assert with_links("<p>Write to tom@example.com.</p>", f"<p>Mail {link}</p>") == f"<p>Write to {link}.</p>"


def test_dangerous_link_does_not_come_back() -> None:
    """What an answer may not hold is not brought in by its words."""
    draft = '<p><a href="javascript:alert(1)" onclick="x()">press this</a></p>'
    assert "javascript" not in with_links("<p>Please press this.</p>", draft)


@pytest.mark.parametrize("word", ["this", "here", "link", "Termine", "hier"])
def test_one_word_alone_is_no_link(word: str) -> None:
    """It may mean anything in the answer."""
    draft = f'<p>For a refund see <a href="https://shop.example/a">{word}</a>.</p>'
    answer = f"<p>We can't help with refunds at {word} time.</p>"
    assert with_links(answer, draft) == answer
