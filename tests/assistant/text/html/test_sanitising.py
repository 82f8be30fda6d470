"""The HTML that an answer may hold."""

import os
from html import escape, unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.text.answers.finishing import finish_text
from assistant.text.answers.streaming import StreamText
from assistant.text.guards.base import GuardOptions
from assistant.text.guards.registry import check
from assistant.text.html.recognition import is_html
from assistant.text.html.sanitising import safe_html
from assistant.text.masking.masking import Mask, MaskingRules
from tests.assistant.text.masking.building import streamed

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" java\tscript:alert(1)">x</a>',
    '<a href="&#106;avascript:alert(1)">x</a>',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<style>p{background:url(x)}</style>",
    '<p style="background:url(https://evil.example)">x</p>',
    "<p onclick=alert(1)>x</p>",
    "<object data=x></object>",
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    "<form action=x><input></form>",
    "<base href=//evil.example>",
    "<<script>script>alert(1)<</script>/script>",
    "<scr<script>ipt>alert(1)</script>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<textarea></textarea><img src=x onerror=alert(1)>",
    '<p title="<img src=x onerror=alert(1)>">x</p>',
    "<a href='x' onmouseover='alert(1)' x=\"",
    "<plaintext><b>x",
    '<img src="https://evil.example/?q=secret">',
    "<a\nhref\n=\njavascript:alert(1)>x</a>",
    "<x-a href=y>z</x-a>",
    "<template><script>alert(1)</script></template>",
    "<p/onclick=alert(1)>x",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    '<ZQX "<img src=x onerror=alert(1)>">',
    "<ZQX1LINK '<svg onload=alert(1)>'>",
    '<zqx7mail title="<a href=javascript:alert(1)>x</a>">',
    '</ZQX1 "<script>alert(1)</script>">',
]
FORBIDDEN = {"script", "svg", "math", "iframe", "style", "object", "form", "input", "base", "template", "textarea"}
DRAFTS = ["<p>x</p>", '<p class="a" style="color:red" title="t">x</p><img src="https://example.com/l.png" alt="">']
FRAGMENTS = st.lists(
    st.sampled_from(ATTACKS)
    | st.sampled_from(
        ["<p>", "</p>", "<b", ">", "<", "&", "&amp", ";", '"', "'", "=", "<!--", "-->", " x ", "<td>", "/"]
    ),
    min_size=1,
    max_size=8,
).map("".join)


class Findings(HTMLParser):
    """What a browser would run or load in some HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.bad: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one tag."""
        self.bad += [tag] if tag in FORBIDDEN else []
        self.bad += [name for name, value in attrs if name.startswith("on") or not _is_safe(name, value or "")]


def _is_safe(name: str, value: str) -> bool:
    if name == "src":
        return value == "https://example.com/l.png"
    scheme = "".join(value.split()).lower().partition(":")[0]
    return (name != "href" or scheme not in {"javascript", "data"}) and "url(" not in value


@pytest.mark.parametrize("draft", DRAFTS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_comes_to_nothing(attack: str, draft: str) -> None:
    """In the whole answer and in its deltas; a picture must be one of the draft's."""
    mask = Mask(MaskingRules())
    finished = finish_text(f"<p>before</p>{attack}<p>after</p>", mask=mask, draft=draft, html=True)
    shown = streamed(StreamText(mask, html=True, draft=draft), f"<p>before</p>{attack}<p>after</p>", [3, 1, 7])
    for text in (finished.text, shown):
        assert not Findings(text).bad
        assert "evil.example" not in text
        assert text.startswith("<p>before</p>")


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_was_shown_so_far_is_as_safe_as_the_whole(attack: str) -> None:
    """An editor shows each delta at once."""
    mask, shown = Mask(MaskingRules()), ""
    mask.hide("https://example.com/a", html=False)
    stream = StreamText(mask, html=True, draft=DRAFTS[1])
    for sign in f"<p>a</p>{attack}<p>b":
        shown += stream.feed(sign)
        assert not Findings(shown).bad
    assert not Findings(shown + stream.finish()).bad


@settings(max_examples=150 * int(os.environ.get("EXAMPLES_FACTOR", "1")), deadline=None)
@given(FRAGMENTS, st.sampled_from(DRAFTS), st.lists(st.integers(1, 9), min_size=1, max_size=4))
def test_sanitising_twice_changes_nothing(text: str, draft: str, cuts: list[int]) -> None:
    """And the deltas together are as they would be in one piece."""
    once = safe_html(text, draft)
    assert safe_html(once, draft) == once
    mask = Mask(MaskingRules())
    shown = streamed(StreamText(mask, html=True, draft=draft), text, cuts)
    assert shown == streamed(StreamText(mask, html=True, draft=draft), text, [len(text)])
    assert not Findings(shown).bad
    assert not Findings(once).bad


def test_tags_and_attributes_of_the_draft_stay() -> None:
    """And those of any text; others lose their tags, not their words."""
    draft = '<table><tr><td colspan="2" data-id="7">x</td></tr></table><font color="red">y</font>'
    answer = '<table><tbody><tr><td colspan="2" data-id="7">x</td></tr></tbody></table><font color="red">y</font>'
    assert safe_html(answer, draft) == answer
    assert safe_html(answer, "<p>x</p>") == "xy"
    assert safe_html("<ul><li><b>x</b></li></ul><h2>y</h2>", "x") == "<ul><li><b>x</b></li></ul><h2>y</h2>"


def test_a_deltas_tag_leaves_whole_or_not_at_all() -> None:
    """A table's cell needs no table around it to pass."""
    stream = StreamText(Mask(MaskingRules()), html=True, draft='<table><tr><td colspan="2">x</td></tr></table>')
    assert stream.feed("<ta") == ""
    assert stream.feed("ble><tr><td colspan='2' onclick=x") == "<table><tr>"
    assert stream.feed(">a <") == '<td colspan="2">a'
    assert stream.feed("/td") == ""
    assert stream.feed(">") == " </td>"


def test_what_only_looks_like_a_tag_is_text() -> None:
    """Nothing is held back for more than 4 KB, nor shown unescaped."""
    stream = StreamText(Mask(MaskingRules()), html=True, draft="<p>x</p>")
    shown = stream.feed("<a " + "x" * 4000)
    assert shown == ""
    assert stream.feed("y" * 200).startswith("&lt;a xxx")
    assert stream.finish() == ""
    assert (
        StreamText(Mask(MaskingRules()), html=True, draft="<p>x</p>").feed("1 < 2 & 3 > 2.")
        == "1 &lt; 2 &amp; 3 &gt; 2."
    )


def test_html_and_text_each_get_their_like() -> None:
    """Whatever form the model chose."""
    mask = Mask(MaskingRules())
    assert finish_text("One\ntwo\n\nthree <3", mask=mask, draft="<p>x</p>", html=True).text == (
        "<p>One<br>two</p><p>three &lt;3</p>"
    )
    html = (
        '<p>Hello&nbsp;Ana,</p><ul><li>one</li><li>two</li></ul><p>see <a href="https://e.example">this</a><br>Tom</p>'
    )
    text = finish_text(html, mask=mask, draft="hello", html=False).text
    assert text == "Hello\u00a0Ana,\n\n- one\n- two\n\nsee this (https://e.example)\nTom"
    assert finish_text("use a < b and <name>", mask=mask, draft="x", html=False).text == "use a < b and <name>"


@pytest.mark.parametrize(
    "address",
    [
        "sms:+4915123456789",
        "whatsapp://send?phone=4915123456789&text=Hi",
        "skype:shop?call",
        "webcal://shop.example.com/c.ics",
        "callto:+4915123456789",
        "facetime:ana@example.com",
        "geo:52.5,13.4",
        "MSTeams:/l/chat/0/0?users=ana@example.com",
        "slack://channel?team=T1&id=C1",
        "zoommtg://zoom.us/join?confno=1",
        "ftp://files.example.com/a.zip",
        "tg://resolve?domain=shop",
        "matrix:u/ana:example.org",
    ],
)
@pytest.mark.parametrize("masked", [True, False])
def test_a_link_of_the_draft_keeps_its_address(address: str, masked: bool) -> None:  # noqa: FBT001 - a parameter
    """Whatever its scheme; and no answer makes another link of that scheme up."""
    draft = f'<p><a href="{escape(address)}">us</a></p>'
    mask = Mask(MaskingRules(enabled=masked))
    answer = mask.hide(draft, html=True)
    finished = finish_text(answer, mask=mask, draft=draft, html=True)
    assert (finished.text, finished.missing) == (draft, ())
    assert streamed(StreamText(mask, html=True, draft=draft), answer, [3, 5]) == draft
    scheme = address.partition(":")[0]
    assert safe_html(f'<p><a href="{scheme}:666">us</a></p>', draft) == "<p><a>us</a></p>"
    assert safe_html(draft, "<p>us</p>") == ("<p><a>us</a></p>")


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScript:alert(1)",
        "java&#115;cript:alert(1)",
        "java&Tab;script:alert(1)",
        "java\nscript:alert(1)",
        "&#1;javascript:alert(1)",
        " javascript:alert(1)",
        "vbscript:x",
        "data:text/html,<b>x",
        "blob:https://example.com/1",
        "view-source:https://example.com",
        "file:///etc/passwd",
        "ms-msdt:/id",
        "feed:javascript:alert(1)",
        "shell:startup",
        "hcp://services/search",
        "ms-officecmd:%7B%7D",
        "MS-AppInstaller:?source=https://evil.example/a.msix",
        "vnd.sun.star.script:x$y?language=Basic",
        "intent:javascript:alert(1)#Intent;end",
    ],
)
def test_a_link_that_runs_something_goes_though_the_draft_has_it(address: str) -> None:
    """It is no one's loss, so no one is told, and no second try is made."""
    draft = f'<p><a href="{address}">us</a></p>'
    mask = Mask(MaskingRules())
    finished = finish_text(mask.hide(draft, html=True), mask=mask, draft=draft, html=True)
    assert (finished.text, finished.missing) == ("<p><a>us</a></p>", ())
    assert check(("links", "html"), draft, finished.text, html=True, options=GuardOptions()) == ()


@pytest.mark.parametrize(
    ("style", "kept"),
    [
        ("font-style:italic", "font-style:italic"),
        ("font-variant:small-caps", "font-variant:small-caps"),
        ("font-weight:700;font-size:12px", "font-weight:700;font-size:12px"),
        ("font-stretch:condensed;font-variant-caps:normal", "font-stretch:condensed;font-variant-caps:normal"),
        ("style:x;font-:y", ""),
        ("font-synthesis:none;font-palette:dark", "font-synthesis:none;font-palette:dark"),
        (
            "font-language-override:normal;font-variant-emoji:text",
            "font-language-override:normal;font-variant-emoji:text",
        ),
        ("font-synthesis-small-caps:none;font-smooth:auto", "font-synthesis-small-caps:none;font-smooth:auto"),
        ("font-display:block;font-x:url(https://evil.example)", ""),
        ("width:calc(1px*(1));color:red", "width:calc(1px*(1));color:red"),
        (
            "width:min(1px,(2px));height:calc(100% - (2px + 1px))",
            "width:min(1px,(2px));height:calc(100% - (2px + 1px))",
        ),
        ("behavior:url(x);float:left;z-index:9;font-size:1px", "font-size:1px"),
        ("font-family:'a;position:fixed';color:red", "font-family:'a;color:red"),
        ("border-top-color:red", "border-top-color:red"),
        ("background:#fff", "background:#fff"),
        ("BACKGROUND: Yellow", "background:Yellow"),
        ("background: #1f497d none repeat scroll 0 0", "background:#1f497d"),
        ("background:url(https://evil.example) red", "background:red"),
        ("background:linear-gradient(red, blue)", ""),
        ("background:none", ""),
        ("backgr\\6fund:url(https://evil.example)", ""),
        ("background/**/:url(https://evil.example)", ""),
        ("list-style-type:url(https://evil.example)", ""),
        ("color:red;position:fixed;color:expression(alert(1))", "color:red"),
    ],
)
def test_styling_that_loads_nothing_stays(style: str, kept: str) -> None:
    """How text looks is the draft's; of a background, its colour is."""
    draft = f'<p style="{style}">x</p>'
    assert safe_html(draft, draft).replace(' style=""', "") == (f'<p style="{kept}">x</p>' if kept else "<p>x</p>")


@pytest.mark.parametrize(
    ("draft", "answer", "text"),
    [
        ("send <order id> and <name>", "Please send your <b>order</b> <order id> and <name>.",
         "Please send your order <order id> and <name>."),
        ("put <b> before it", "<p>Please put <b> before it.</p>", "Please put <b> before it."),
        ("use a<b and c>d", "<p>Please use a<b and c>d.</p>", "Please use a<b and c>d."),
        ("mount /dev/sda1 <mountpoint> & wait", "<p>Mount /dev/sda1 &lt;mountpoint&gt; &amp; wait.</p>",
         "Mount /dev/sda1 <mountpoint> & wait."),
        ("press <Enter>", "Press <strong><Enter></strong> now.", "Press <Enter> now."),
        ("List<String> or <T>", "<p>Use List<String> or <T>.</p><ul><li>one</li></ul>",
         "Use List<String> or <T>.\n\n- one"),
        ("mail Sara <sara@example.org>", "Mail <em>Sara</em> <sara@example.org>.", "Mail Sara <sara@example.org>."),
        ("write &amp; for &", "<p>Write &amp; for &lt;x&gt;.</p>", "Write &amp; for <x>."),
        ("a\n\nb", "A\n\nplease <b>B</b>\n- see <a href='https://x.example'>this</a>",
         "A\n\nplease B\n- see this (https://x.example)"),
        ("a b", "A<br>b<br/>c", "A\nb\nc"),
        ("use <template> here", "<p>Use <template> here, <option> too.</p>", "Use <template> here,  too."),
        ("send <order id> & more", "Send &lt;order id&gt; &amp; more.", "Send <order id> & more."),
        ("say it's &quot;", "Say it&#39;s &quot;.", "Say it&#39;s &quot;."),
        ("x", "<style>p{color:red}</style><p>X</p>", "X"),
        ("use <p> for paragraphs", "<p>Please use &lt;p&gt; for paragraphs.</p>", "Please use <p> for paragraphs."),
        ("use <p> for paragraphs", "<p>Hi,</p>\n<p>use <p> for paragraphs.</p>", "Hi,\n\nuse <p> for paragraphs."),
        ("use <p> and </p>", "<p>Hi,</p><p>use &lt;p&gt; and &lt;/p&gt;.</p>", "Hi,\n\nuse <p> and </p>."),
        ("end with <br>", "Hi,<br>end it with &lt;br&gt;.<br>Bye", "Hi,\nend it with <br>.\nBye"),
        ("put <b> there", "<b>Put &#60;b&#62; there.</b>", "Put <b> there."),
        ("put <b> there", "Put <b> there, then <b>.", "Put <b> there, then <b>."),
        ("a list is <ul>, <li>", "<ul><li>A list</li><li>is &lt;ul&gt;</li></ul>", "- A list\n- is <ul>"),
        ("use <p> and </p>", "<p> and </p> mark it.", "<p> and </p> mark it."),
        ("write\n\n<b>so</b>\n\nthere", "Write\n\n<b>so</b>\n\nthere.", "Write\n\n<b>so</b>\n\nthere."),
        ("fish", "Fish &amp; Chips", "Fish & Chips"),
        ("say hi", "&quot;Hi&quot;, it&#39;s fine&nbsp;&ndash; sch&ouml;n &#x263A;",
         '"Hi", it\'s fine\u00a0\u2013 schön ☺'),
        ("less than 5", "x &lt; 5 &gt; 3", "x < 5 > 3"),
        ("bold it", "Write &lt;b&gt; &amp; go.", "Write &lt;b&gt; & go."),
        ("invoice 1234", "<table><tr><th>Invoice</th><th>1234 €</th></tr> <tr> <td>a</td> <td>b</td></tr></table>",
         "Invoice | 1234 €\na | b"),
        ("x", "<p>Run:</p><pre>a\n  b &lt;c&gt;\n\n\n\tc</pre><p>ok</p>", "Run:\n\na\n  b <c>\n\n\n\tc\n\nok"),
        ("x", "<p>Do:</p><ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>", "Do:\n\n1. a\n- b\n2. c"),
        ("x", '<ol start="3"><li>a</li>\n<li>b</li></ol>', "3. a\n4. b"),
    ],
)  # fmt: skip
def test_a_text_gets_its_like_and_loses_no_word_in_brackets(draft: str, answer: str, text: str) -> None:
    """The tags that a model added go; what the draft has in angle brackets is text, whatever it looks like."""
    assert not is_html(draft)
    mask = Mask(MaskingRules())
    mask.hide(draft, html=False)
    assert finish_text(answer, mask=mask, draft=draft, html=False).text == text


@pytest.mark.parametrize(
    ("draft", "answer"),
    [
        ("<p>put &lt;your-name&gt; there</p>", "<p>Put <your-name> there.</p>"),
        ("<p>send &lt;order id&gt;</p>", "<p>Send <order id>!</p>"),
        ("<p>press &lt;Enter&gt;, &lt;Esc&gt;</p>", "<p>Press <Enter> or <Esc>.</p>"),
        ("<p>use &lt;b&gt; and <i>this</i></p>", "<p>Use <b> and <i>this</i>.</p>"),
        ("<p>use &lt;select&gt; there</p>", "<p>Use <select> there.</p>"),
        ("<p>use &#60;select&#62; there</p>", "<p>Use <select> there.</p>"),
        ("<p>the &LT;your-id&GT;, please</p>", "<p>The <your-id>, please.</p>"),
        ("<p>the &#x3c;div&#x3E; there</p>", "<p>The <div> there.</p>"),
        ("<p>Dear <Name>, thanks</p>", "<p>Dear <Name>, thank you.</p>"),
        ("<p>the <order id></p>", "<p>The <order id>, please.</p>"),
        ("<p>mail Sara &lt;sara@example.org&gt;</p>", "<p>Mail Sara <ZQX1MAIL>.</p>"),
    ],
)
def test_what_a_draft_shows_in_brackets_is_shown(draft: str, answer: str) -> None:
    """Although the model forgot to escape it."""
    mask = Mask(MaskingRules())
    mask.hide(draft, html=True)
    shown = unescape(finish_text(answer, mask=mask, draft=draft, html=True).text)
    assert shown == answer.replace("ZQX1MAIL", "sara@example.org")
