"""What stands in a draft is no link that the model made up: a draft comes back as it is, whatever it looks like."""

import os
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.text.answers.finishing import finish_text
from assistant.text.answers.streaming import StreamText
from assistant.text.html.recognition import is_html
from assistant.text.masking.links_with_tokens import links_with_tokens
from assistant.text.masking.masking import Mask, MaskingRules
from tests.assistant.text.masking.building import FACTS, HTML, TEXTS, WORDS, streamed
from tests.growth import grows_no_faster, repeated

COMMON = settings(max_examples=200 * int(os.environ.get("EXAMPLES_FACTOR", "1")), deadline=None)
CUTS = st.lists(st.integers(1, 9), min_size=1, max_size=6)
RULES = [MaskingRules(), MaskingRules(enabled=False, private=frozenset({"email", "order", "phone"}))]

VALUES = ["ORD-2024-0001", "ana@shop.example", "+49 151 2345678", "19,99 €", "https://x.example/a", *FACTS]
PATHS = [
    *("api/v1.php/items", "file.pdf/a", "src/app.py/", "\\\\server\\share\\", "//cdn", "example.tld/", "foo.bar/?q="),
    *("node.js/npmの項目", "Ver.2.31/Ver.2.32", "1.2.3.4/", "mailto:", "tel:", "www.", "https://", "C:\\\\", "data:"),
    *("a@b.example?x=", "?subject=Hello", "?subject=Hello&bcc=", ".evil.example", ".pdf/", "@home.example/x"),
    *("(<foo.bar/ ", "(<"),
]
SIGNS = [
    *(" ", "", "", "/", '"', ":", ",", "'", "(", ")", "<", ">", "&", "=", "?", "#", ".", "{", "}", '","', '":"'),
    *("、", "。", "「", "」", "です", "ご注文番号は", "请致电", "\u3000", "\u00a0", "\n", "&amp;", "&gt;"),
]
TAGS = [
    *("<b>", "</b>", "<code>", "</code>", "<br>", "</p><p>", "<strong>", "</strong>", "<wbr>", "<x>", "<!-- a -->"),
    *("</p><form><p>", "</p></form><p>", "</p><center><p>", "</p></center><p>", "</a>", "</span>"),
    '<a href="https://x.example/a">',
    '<a href="//cdn/ORD-2024-0001">',
    '<a href="foo.bar/ana@shop.example">',
    '<a href="mailto:ana@shop.example?subject=Order ORD-2024-0001">',
    "<a href=https://x.example/?q=ORD-2024-0001>",
    '<span title="foo.bar/ORD-2024-0001">',
    '<img src="https://x.example/a.png?m=ana@shop.example">',
]
GLUED = st.sampled_from(VALUES) | st.sampled_from(PATHS) | st.sampled_from(SIGNS)
TEXT_DRAFTS = st.lists(GLUED | st.sampled_from(WORDS), min_size=1, max_size=12).map("".join)
TAGGED = st.lists(st.sampled_from(TAGS) | GLUED.map(lambda part: part.replace("<", "&lt;")), min_size=1, max_size=12)
HTML_DRAFTS = TAGGED.map(lambda parts: f"<p>{''.join(parts)}</p>")
DRAFTS = TEXT_DRAFTS | HTML_DRAFTS | TEXTS | HTML


@COMMON
@given(DRAFTS, st.sampled_from(RULES), CUTS)
def test_nothing_of_a_draft_is_withheld(draft: str, rules: MaskingRules, cuts: list[int]) -> None:
    """A model that gives back what it was shown: the agent gets what would come of the draft with nothing hidden."""
    html = is_html(draft)
    mask, open_mask = Mask(rules), Mask(MaskingRules(enabled=False))
    answer = mask.hide(draft, html=html)
    finished = finish_text(answer, mask=mask, draft=draft, html=html)
    assert not finished.withheld
    assert finished.text == finish_text(draft, mask=open_mask, draft=draft, html=html).text
    shown = streamed(StreamText(mask, html=html, draft=draft), answer, cuts)
    expected = streamed(StreamText(open_mask, html=html, draft=draft), draft, cuts)
    assert (unescape(shown) == unescape(expected)) if html else (shown == expected)


@pytest.mark.parametrize(
    "draft",
    [
        'The request was {"path":"api/v1.php/items","order":"ORD-2024-0001"} then.',
        'Row: "file.pdf/a","ORD-2024-0001","19,99 €".',
        '{"url":"//cdn","mail":"ana@shop.example"}',
        "path='src/app.py/x',order='ORD-2024-0001'",
        "(src/app.py/a)<ORD-2024-0001>",
        "foo.bar/a ORD-2024-0001.foo.bar/baz?x",
        "<p>See src/app.py/<b>ORD-2024-0001</b></p>",
        "<p>example.tld/<strong>ORD-2024-0001</strong></p>",
        '<p>foo.bar/<a href="https://x.example/a">https://x.example/a</a></p>',
        "<p>Path: <code>\\\\server\\share\\</code><b>ORD-2024-0001</b></p>",
        "<p>Windows/Office//<b>ORD-2024-0001</b></p>",
        '<p>Mail <b>to:</b>x//<a href="mailto:ana@shop.example">ana@shop.example</a></p>',
        "<p>詳細はVer.2.31/<b>Ver.2.32</b>で、お電話は<b>03-1234-5678</b>まで</p>",
        "<p>foo.bar/&lt;x&gt;ORD-2024-0001 &amp;&quot;a.bc/&quot;ORD-2024-0001</p>",
    ],
)
@pytest.mark.parametrize("rules", RULES)
def test_a_draft_with_quotes_and_tags_comes_back(draft: str, rules: MaskingRules) -> None:
    """To the letter, at once and in pieces, though a code stands behind what looks like a link."""
    html = is_html(draft)
    mask = Mask(rules)
    answer = mask.hide(draft, html=html)
    finished = finish_text(answer, mask=mask, draft=draft, html=html)
    assert not finished.withheld
    assert unescape(finished.text) == unescape(draft)
    for size in (1, 2, 7):
        assert unescape(streamed(StreamText(mask, html=html, draft=draft), answer, [size])) == unescape(draft)


@pytest.mark.parametrize("word", ['"foo.bar/{}"', "(foo.bar/{})", "see:[foo.bar/{}]", "'foo.bar/{}',"])
def test_a_link_of_the_draft_may_stand_among_other_signs(word: str) -> None:
    """It leads where it led: a model may put quotation marks around it, or take them off."""
    draft = "It is in foo.bar/ORD-2024-0001, you know."
    mask = Mask(MaskingRules())
    mask.hide(draft, html=False)
    finished = finish_text(f"It is in {word.format('ZQX1REF')} now.", mask=mask, draft=draft, html=False)
    assert finished.text == f"It is in {word.format('ORD-2024-0001')} now."
    other = finish_text(
        f"It is in {word.format('ZQX1REF').replace('foo', 'evil-foo')}", mask=mask, draft=draft, html=False
    )
    assert other.withheld == ("ORD-2024-0001",)


TOKENS = ["ZQX1LINK", "ZQX2MAIL", "zqx3ref", "ZQX3REF", "ZQX9"]
GLUE = st.sampled_from([*TOKENS, *TOKENS, *PATHS, *SIGNS, *TAGS, "<p>", "<li>", '<a href="', '">', '" title="'])


@COMMON
@given(st.lists(GLUE, min_size=1, max_size=9).map("".join), st.booleans())
def test_tokens_that_stand_apart_are_in_no_link(masked: str, html: bool) -> None:  # noqa: FBT001 - a drawn value
    """That most are is told at a glance; it is the same as what is found where one looks closely, as behind `(<`."""
    mask = Mask(MaskingRules())
    mask.hide("https://x.example/a ana@shop.example ORD-2024-0001", html=False)
    closely = links_with_tokens(f"(< \n{masked}", mask.things, html=html)
    assert links_with_tokens(masked, mask.things, html=html) == closely


@pytest.mark.usefixtures("no_collection")
@pytest.mark.parametrize("html", [False, True])
@pytest.mark.parametrize(
    "piece", ["ZQX1REF.ab", "foo.bar/ZQX1REF;", "a.bc/、", "(< ", "&amp;ZQX1REF/", "<x>a.bc/ZQX1REF"]
)
def test_twice_the_links_take_twice_the_time(piece: str, html: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Processor time: the links of a draft are found in time that grows with its length."""
    mask = Mask(MaskingRules())
    mask.hide("ORD-2024-0001", html=False)
    grows_no_faster(lambda size: links_with_tokens("ZQX1REF " + repeated(piece, size), mask.things, html=html), 12_000)
