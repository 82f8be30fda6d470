"""What is seen of simple HTML at a glance is what reading all of it brings."""

import os

import nh3
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assistant.text.answers.streaming import Shown
from assistant.text.html.arranging import arrange
from assistant.text.html.conversion import with_text_shown
from assistant.text.html.recognition import is_html, with_words_shown
from assistant.text.html.sanitising import PLAIN, Sanitiser
from assistant.text.html.simple import is_simple
from assistant.text.masking.links_with_tokens import links_with_tokens
from assistant.text.masking.masking import Mask, MaskingRules
from tests.growth import grows_no_faster

COMMON = settings(max_examples=100 * int(os.environ.get("EXAMPLES_FACTOR", "1")), deadline=None)
WORDS = st.sampled_from(
    [
        "Hi Ana",
        "a",
        " and ",
        "Grüße",
        "order #48213",
        "12 EUR",
        "- x",
        "1. y",
        "3 May",
        "**b**",
        "你好",
        ", ",
        ".",
        "a=b",
        "ana@example.com",
        "https://a.example/1",
        "+49 30 1234567",
        "ZQX1LINK",
        "[x](y)",
        "&nbsp;",
        " > ",
        "`c`",
        "\n",
    ]
)
ADDRESSES = st.sampled_from(
    ["https://help.example.com/a?b=1", "http://a.de", "mailto:a@b.de", "javascript:x", "ZQX1LINK", "https://1.2.3.4.5/"]
)
FEW_WORDS, FEW_ADDRESSES = st.sampled_from(["Hi Ana", "a", "Grüße", "order #48213", "你好"]), st.just("https://a.de/b")


def html_of(
    words: st.SearchStrategy[str], addresses: st.SearchStrategy[str], tags: list[str]
) -> st.SearchStrategy[str]:
    """Return HTML that consists of such words, addresses and tags."""
    marked = st.builds(lambda name, inner: f"<{name}>{inner}</{name}>", st.sampled_from(["strong", "em", "b"]), words)
    links = st.builds(lambda address, inner: f'<a href="{address}">{inner}</a>', addresses, words)
    lines = st.lists(st.one_of(words, marked, links, st.sampled_from(tags)), max_size=5).map("".join)
    entries = st.lists(lines.map(lambda line: f"<li>{line}</li>"), min_size=1, max_size=3).map("".join)
    paragraphs = st.builds(lambda name, line: f"<{name}>{line}</{name}>", st.sampled_from(["p", "p", "div"]), lines)
    blocks = st.builds(lambda name, inner: f"<{name}>{inner}</{name}>", st.sampled_from(["ul", "ol"]), entries)
    return st.lists(st.one_of(paragraphs, blocks), min_size=1, max_size=4).map("".join)


HTML = html_of(WORDS, ADDRESSES, ["<br>", "<br/>", "<p>", "<h1>"])
SIMPLE = html_of(FEW_WORDS, FEW_ADDRESSES, ["<br>"]).filter(is_simple)


@pytest.mark.parametrize(
    "html",
    [
        "<p>Hi Ana,</p><p>your <strong>parcel</strong> is <em>here</em>.<br>See you</p>",
        '<div>See <a href="https://help.example.com/a/4?b=c#d">our guide</a>.</div><div><br></div>',
        "<ul><li>one</li><li>two <b>b</b></li></ul><ol><li>ZQX1REF</li></ol>",
        '<p><a href="ZQX12LINK">here</a></p>',
        "<p></p>",
    ],
)
def test_what_editors_write_is_simple(html: str) -> None:
    """Paragraphs, lists, emphasis and links."""
    assert is_simple(html)


@pytest.mark.parametrize(
    "html",
    [
        "",
        "Hi",
        "Hi <b>Ana</b>",
        "<p>a",
        "<p>a</div>",
        "<p>a & b</p>",
        "<p>- a</p>",
        "<p>1. a</p>",
        "<p>a</p> <p>b</p>",
        "<p>a\nb</p>",
        "<p>*a*</p>",
        "<p>a_b_</p>",
        "<P>a</P>",
        "<p class='x'>a</p>",
        "<p><b>a<i>b</b></i></p>",
        "<ul></ul>",
        '<p><a href="javascript:a">b</a></p>',
        '<p><a href="https://a.de" style="x">b</a></p>',
        "<p>a<script></p>",
        '<p><a href="https://xn--a.de">b</a></p>',
        "<p>a\xa0b</p>",
        "<p>a<br>- b</p>",
        "<p>a\u200b\x00</p>",
        "<p>#a</p>",
    ],
)
def test_all_else_is_not(html: str) -> None:
    """Whatever has to be arranged, cleaned or repaired, or might have to be."""
    assert not is_simple(html)


@COMMON
@given(SIMPLE, st.one_of(HTML, st.just("<p>Hi</p>\n<p>Ana</p>")))
def test_nothing_is_to_be_done_about_it(html: str, draft: str) -> None:
    """A sanitiser leaves it as it is, and so does what arranges it; behind a line end, both look at each tag."""
    assert nh3.clean(html, tags=set(PLAIN), attributes={"a": {"href"}}, link_rel=None) == html
    assert Sanitiser(draft).clean(f"{html}\n").rstrip() == html
    assert arrange(f"{html}\n", draft).rstrip() == html
    assert is_html(f"{html}\n")
    assert with_words_shown(f"{html}\n") == f"{html}\n"


@COMMON
@given(SIMPLE, HTML)
def test_it_shows_nothing_in_brackets(draft: str, answer: str) -> None:
    """So no answer is to show any."""
    mask = Mask(MaskingRules(enabled=False))
    assert with_text_shown(answer, f"{draft}\n", mask) == with_text_shown(answer, draft, mask) == answer


@COMMON
@given(HTML, st.lists(st.sampled_from([("<p>", "<p>x"), ("1", "2"), (" ", ""), ("ZQX", " ZQX")]), max_size=2))
def test_an_answer_is_shown_at_a_glance_as_it_is_piece_by_piece(draft: str, changes: list[tuple[str, str]]) -> None:
    """The same text comes out, the same things have been seen, and none is withheld."""
    mask = Mask(MaskingRules())
    answer = mask.hide(draft, html=True)
    for old, new in changes:
        answer = answer.replace(old, new)
    assume(is_simple(answer))
    quick, slow = (Shown(mask, html=True, draft=draft) for _ in range(2))
    assert quick.whole(answer) == slow.feed(answer) + slow.finish()
    assert quick.revealer.seen == slow.revealer.seen
    assert quick.revealer.withheld == slow.revealer.withheld


@COMMON
@given(HTML)
def test_a_draft_is_hidden_at_a_glance_as_it_is_otherwise(draft: str) -> None:
    """The same is hidden and expected behind a line end, and the same links are known."""
    quick, slow = Mask(MaskingRules()), Mask(MaskingRules())
    masked = quick.hide(draft, html=True)
    assert slow.hide(f"{draft}\n", html=True) == f"{masked}\n"
    assert slow.things == quick.things
    assert links_with_tokens(masked, quick.things, html=True) == links_with_tokens(
        f"{masked}\n", slow.things, html=True
    )


@pytest.mark.parametrize(
    "piece", ["<p>", "<p>a</p>", "<br>", "<b>a</b>", "a.", '<a href="https://a.', "<ul><li>a</li>"]
)
def test_it_is_told_in_time_that_grows_with_the_text(piece: str) -> None:
    """However it ends."""
    grows_no_faster(lambda size: is_simple.__wrapped__(f"<p>{piece * size}"), 2_000)
