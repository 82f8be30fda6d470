"""Angle brackets in answers to texts."""

import os
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.text.answers.finishing import finish_text
from assistant.text.answers.streaming import StreamText
from assistant.text.html.brackets import MOST_OPEN, TextTags
from assistant.text.html.element_names import ELEMENTS
from assistant.text.masking.masking import Mask, MaskingRules
from tests.assistant.text.masking.building import streamed
from tests.growth import grows_no_faster, repeated

pytestmark = pytest.mark.usefixtures("no_collection")

ATTACKS = [
    "<video src=x onerror=alert(1)>",
    '<video autoplay controls src="https://evil.example/v.mp4"></video>',
    "<video autoplay controls>",
    '<iframe src="https://evil.example"></iframe>',
    "<iframe srcdoc='<img src=x onerror=alert(1)>'></iframe>",
    "<details open ontoggle=alert(1)>",
    "<DeTaILS/open/ontoggle=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "<svg><foreignObject><img src=x onerror=alert(1)></foreignObject></svg>",
    "<math><mtext><img src=x onerror=alert(1)></mtext></math>",
    "<img src=x onerror=alert(1) ",
    "<img src=x onerror=alert(1) \nand more",
    "<img src=x onerror='alert(1)",
    "<img/src='x'onerror=alert(1)>",
    "<img\nsrc=x\nonerror=alert(1)>",
    "<img\fsrc=x onerror=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<x onfocus=alert(1) tabindex=1 autofocus>",
    "<your-name onmouseover=alert(1)>",
    '<x style="position:fixed;inset:0;background:url(https://evil.example)">',
    "<https://x/onclick=alert(1)//>",
    "<https://x/style=background:url(//evil.example)>",
    "<object data=x></object>",
    "<embed src=x>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0>",
    "<link rel=stylesheet href=//evil.example>",
    "<form action=//evil.example><button>x</button></form>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<audio src=x onerror=alert(1)>",
    "<template><b>x</b></template>",
    "<script>alert(1)</script>",
    "<style>p{background:url(//evil.example)}</style>",
    "<plaintext>",
    "<textarea autofocus onfocus=alert(1)>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<<b>img src=x onerror=alert(1)>",
    "<<!-- -->img src=x onerror=alert(1)>",
    "</<b>p>",
    "<i<b>mg src=x onerror=alert(1)>",
    "<img <b>src=x onerror=alert(1)>",
    "<foo \n<video>",
    "<foo \n<img src=x onerror=alert(1)>>",
    '<foo "> <img src=x onerror=alert(1)> ">',
    '<foo a="> <img src=x onerror=alert(1)> ">',
    '<foo a="x> <img src=x onerror=alert(1)>',
    '<foo ="> <img src=x onerror=alert(1)>',
    '<https://x/?a="> <img src=x onerror=alert(1)>">',
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- <img src=x onerror=alert(1)>",
    "<!doctype html><video>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?php <video> ?>",
    "</3 <img src=x onerror=alert(1)>",
    "<i\u00admg src=x onerror=alert(1)>",
    "<im\x00g src=x onerror=alert(1)>",
    "</p></br></video>",
    "<x " + "a" * 5000 + " onclick=alert(1)>",
    "<img " + "a" * 5000 + " src=x onerror=alert(1)>",
]
"""What a model may have been told to write; each is of tags that the drafts below lack."""

DRAFTS = ["we ship on Monday", "put <b> and <your-name> there", "a < b, List<String>, <https://shop.example/a?b=c>"]

WORDS = [
    "Hi <your name>, send <order number> to <max@example.com> or <https://shop.example/a?b=c&d=e>.",
    "a < b and c > d, a<3, <3, </3, <-, ->, <=>, <<, >>, x<1",
    "List<String>, Map<String, List<Integer>>, vector<int>, Foo<T>",
    "<Имя>, <País>, <顧客名>, <your-order-id>, <Max Mustermann>, <First_Name>, <order number=5>",
    "<mailto:max@example.com?subject=x>, <tel:+49151>, <Kunde: Name>",
    "press <Enter> or <Ctrl+C>",
    "ends with <your na",
    "ends with <",
    "&lt;video&gt; is escaped, and stays",
]
FRAGMENTS = st.lists(
    st.sampled_from(ATTACKS + WORDS)
    | st.sampled_from(
        ["<", ">", "<b>", "<b", "</", "/", "!", "--", "-->", "'", '"', "=", " ", "\n", "x", "img", " src=x", "<!--"]
    )
    | st.sampled_from([" onload=alert(1)", "<your-name>", "<foo ", "?", "<![CDATA[", "]]>", "video>"]),
    min_size=1,
    max_size=8,
).map("".join)


class Seen(HTMLParser):
    """What a composer makes of a text that it takes for HTML."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.bad: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one tag."""
        self.bad += [tag] if tag in ELEMENTS - {"b", "br"} else []
        self.bad += [name for name, value in attrs if value is not None and (name.startswith("on") or name == "style")]


def answers(answer: str, draft: str) -> tuple[str, str]:
    """Return an answer to a text as the agent gets it, and its deltas together."""
    mask = Mask(MaskingRules())
    mask.hide(draft, html=False)
    shown = streamed(StreamText(mask, html=False, draft=draft), answer, [3, 1, 7])
    return finish_text(answer, mask=mask, draft=draft, html=False).text, shown


@pytest.mark.parametrize("draft", DRAFTS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_no_tag_comes_that_the_draft_lacks(attack: str, draft: str) -> None:
    """Neither in the answer nor in its deltas, whether a composer makes line breaks of line ends or not."""
    for text in answers(f"Hello,\n{attack}\nwe ship on Monday. x > y", draft):
        assert not Seen(text).bad, text
        assert not Seen(text.replace("\n", "<br>")).bad, text
        assert text.startswith("Hello,")


@pytest.mark.parametrize("words", WORDS)
def test_words_in_brackets_stay(words: str) -> None:
    """They are no tags, or of no element; nothing of them is lost, and nothing added."""
    for text in answers(words, DRAFTS[0]):
        assert text == words


@pytest.mark.parametrize(
    ("draft", "answer", "text"),
    [
        ("use the <b> tag", "Use the <B> tag, then </b>.", "Use the <B> tag, then </b>."),
        ("use the <b> tag", "Use the <b onmouseover=alert(1)> tag.", "Use the  tag."),
        ("use the <b> tag", "Use the <b/onmouseover=alert(1)> tag.", "Use the  tag."),
        ("use the <b> tag", "Use the <b class=x> tag.", "Use the  tag."),
        ('use <a href="https://x.example">', "Use <a href='https://x.example'>.", "Use <a href='https://x.example'>."),
        ('use <a href="https://x.example">', "Use <a href='javascript:alert(1)'>.", "Use ."),
        ('use <a href="https://x.example">', "Use <a>.", "Use ."),
        ("paste <iframe src=x> there", "Please paste <iframe src=x> there.", "Please paste <iframe src=x> there."),
        ("paste <iframe src=x> there", "Please paste <iframe src=y> there.", "Please paste  there."),
        ("remove the <video>", "Please remove the <video>.", "Please remove the <video>."),
        ("remove <!-- this -->", "Please remove <!-- this --> <!-- that -->.", "Please remove <!-- this --> ."),
        ("begin with <!DOCTYPE html>", "Begin with <!doctype html>.", "Begin with <!doctype html>."),
        ("use a<b and c>d", "Please use a<b and c>d.", "Please use a<b and c>d."),
        ("use it", "Please use a<b and c>d.", "Please use a< b and c>d."),
        ("use it", "Use List<Object>, <Section 1>.", "Use List< Object>, < Section 1>."),
        ("use it", "If a <b and it works", "If a < b and it works"),
        ("use it", "Use <svg:video>, <video", "Use <svg:video>,"),
        ("use it", "Write &lt;video&gt; &amp; go.", "Write &lt;video&gt; & go."),
    ],
)
def test_tags_of_the_draft_stay_as_they_are_there(draft: str, answer: str, text: str) -> None:
    """Its `<b>` lets no other `<b …>` in; words of a sentence lose no more than the look of a tag."""
    assert answers(answer, draft)[0] == text


@settings(max_examples=200 * int(os.environ.get("EXAMPLES_FACTOR", "1")), deadline=None)
@given(FRAGMENTS, st.sampled_from(DRAFTS), st.lists(st.integers(1, 9), min_size=1, max_size=4))
def test_however_it_is_cut_it_is_the_same_and_safe(text: str, draft: str, cuts: list[int]) -> None:
    """Deltas of any size make one text; what is let through once is let through again."""
    mask = Mask(MaskingRules())
    shown = streamed(StreamText(mask, html=False, draft=draft), text, cuts)
    assert shown == streamed(StreamText(mask, html=False, draft=draft), text, [len(text)])
    assert not Seen(shown).bad
    assert not Seen(shown.replace("\n", "<br>")).bad
    tags = TextTags(draft)
    again = tags.feed(shown) + tags.finish()
    assert again == shown


def test_every_delta_so_far_is_safe() -> None:
    """An editor shows each at once, and more may never come."""
    for attack in ATTACKS:
        stream, shown = StreamText(Mask(MaskingRules()), html=False, draft="x"), ""
        for sign in f"a {attack} b":
            shown += stream.feed(sign)
            assert not Seen(shown + ">").bad, shown


def test_little_is_held_back() -> None:
    """A sign for less at once, the rest until a tag could be no longer."""
    tags = TextTags("x")
    assert tags.feed("a < b, <3 and ") == "a < b, <3 and "
    assert tags.feed("<your ") == ""
    assert tags.feed("name> and <") == "<your name> and "
    assert tags.feed("x" * (MOST_OPEN - 2)) == ""
    assert tags.feed("x").startswith("< xxx")


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a ",
        "<x ",
        "<x",
        "<!",
        "<!--",
        '<a x="',
        "<x <",
        "<x =",
        "<a x=1 ",
        "<a " * 300 + ">",
        "<x y=",
        "<?",
        "<b>",
    ],
)
def test_the_work_grows_with_the_text(piece: str) -> None:
    """Twice of anything takes about twice as long."""

    def read(size: int) -> None:
        text = repeated(piece, size)
        tags = TextTags(text)
        for start in range(0, len(text), 512):
            tags.feed(text[start : start + 512])
        tags.finish()
        tags = TextTags("x")
        tags.feed(text)
        tags.finish()

    grows_no_faster(read, 40_000)
