"""Lines, paragraphs and Markdown of an answer, as a composer shows them that takes HTML."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.text.answers.finishing import finish_text
from assistant.text.html.arranging import arrange, without_empty_paragraphs
from assistant.text.html.sanitising import safe_html
from assistant.text.masking.masking import Mask, MaskingRules
from tests.assistant.text.html.test_sanitising import ATTACKS, Findings
from tests.growth import grows_no_faster, repeated

pytestmark = pytest.mark.usefixtures("no_collection")

DRAFT = "<p>Hi Ana,</p><p>please <b>restart</b> the app.</p><p>Best,<br>Tom</p>"
PARAGRAPHS = [
    ("One\n\ntwo\nthree", "<p>One</p><p>two<br>three</p>"),
    (
        "Hi <b>Ana</b>,\n\nplease <i>x</i>.\n\nBest,\nTom",
        "<p>Hi <b>Ana</b>,</p><p>please <i>x</i>.</p><p>Best,<br>Tom</p>",
    ),
    ("<p>Hi Ana,\n\nplease x.\n\nBest,\nTom</p>", "<p>Hi Ana,</p><p>please x.</p><p>Best,<br>Tom</p>"),
    ("<p>Hi</p>\n\nText\nmore\n\n<p>Bye</p>", "<p>Hi</p><p>Text<br>more</p><p>Bye</p>"),
    ("<p>Hi,</p>\r\n\r\nText\r\n\r\nBye", "<p>Hi,</p><p>Text</p><p>Bye</p>"),
    ("<p>\n  Hello\n</p>\n<p>\n  Bye\n</p>", "<p>Hello</p><p>Bye</p>"),
    ("Hi,<br>\n<br>\nBye", "<p>Hi,<br><br>Bye</p>"),
    ("<ul><li>one\ntwo</li></ul>", "<ul><li>one<br>two</li></ul>"),
    ("<div>One\n\ntwo</div>", "<div><p>One</p><p>two</p></div>"),
    ("<blockquote>One\n\ntwo</blockquote>", "<blockquote><p>One</p><p>two</p></blockquote>"),
    ("<pre>a\n  b</pre>\n\nend", "<pre>a\n  b</pre><p>end</p>"),
    ("<p>Hi</p><p></p>", "<p>Hi</p>"),
    ("<p></p><p>Hi</p><p><br></p><p>&nbsp;</p>", "<p>Hi</p>"),
    ("<p>Hi</p><p></p><p></p><p>Bye</p>", "<p>Hi</p><p>Bye</p>"),
    ("<p>Hi</p>\n<p>Bye</p>\n", "<p>Hi</p><p>Bye</p>"),
]
MARKDOWN = [
    ("Please **restart** it", "<p>Please <b>restart</b> it</p>"),
    (
        "<p>Steps:</p>\n- open the menu\n- open the settings\n<p>Bye</p>",
        "<p>Steps:</p><ul><li>open the menu</li><li>open the settings</li></ul><p>Bye</p>",
    ),
    ("<p>Steps:\n1. a\n2. b</p>", "<p>Steps:</p><ol><li>a</li><li>b</li></ol>"),
    ("<p>- one</p><p>- two</p><p>end</p>", "<ul><li>one</li><li>two</li></ul><p>end</p>"),
    ("<p>Do:<br>1) a<br>2) b</p>", "<p>Do:</p><ol><li>a</li><li>b</li></ol>"),
    ("* a\n* b\n    * c\n* d", "<ul><li>a</li><li>b<ul><li>c</li></ul></li><li>d</li></ul>"),
    ("1. a\n   - b\n   - c\n2. d", "<ol><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ol>"),
    ("• a\n\n• b", "<ul><li>a</li><li>b</li></ul>"),
    ("1. a\n- b\n2. c\n- d", '<ol><li>a</li></ol><ul><li>b</li></ul><ol start="2"><li>c</li></ol><ul><li>d</li></ul>'),
    ("1. a\n2. b\n\n1. c\n2. d", "<ol><li>a</li><li>b</li></ol><ol><li>c</li><li>d</li></ol>"),
    ("- a\n- b\n7. desk", "<ul><li>a</li><li>b</li></ul><p>7. desk</p>"),
    ("- two apples\n- 3 pears", "<ul><li>two apples</li><li>3 pears</li></ul>"),
    ("> you wrote\n> 5 kg", "<blockquote><p>you wrote<br>5 kg</p></blockquote>"),
    ("### Title\ntext", "<h3>Title</h3><p>text</p>"),
    ("Open `menu` and `<b>`", "<p>Open <code>menu</code> and <code>&lt;b&gt;</code></p>"),
    ("See [this](https://x.example/a_b_c)", '<p>See <a href="https://x.example/a_b_c">this</a></p>'),
    ("> you wrote\n> this\n\nYes", "<blockquote><p>you wrote<br>this</p></blockquote><p>Yes</p>"),
    ("One\n\n***\n\ntwo", "<p>One</p><hr><p>two</p>"),
    ("Run:\n```sh\nls <dir>\n  x\n```\nend", "<p>Run:</p><pre><code>ls &lt;dir&gt;\n  x</code></pre><p>end</p>"),
    ("*really* and ***both*** and ~~gone~~", "<p><em>really</em> and <b><em>both</em></b> and <s>gone</s></p>"),
    ("<ul><li>**a**: b</li></ul>", "<ul><li><b>a</b>: b</li></ul>"),
    ("<p>**Note:** see <a href='https://x.example'>**this**</a></p>",
     '<p><b>Note:</b> see <a href="https://x.example"><b>this</b></a></p>'),
    ("**<p>Please wait.</p>**", "<p><b>Please wait.</b></p>"),
    ('**<p class="x">One</p>**<p>two</p>', "<p><b>One</b></p><p>two</p>"),
    ("**see [this](https://x.example)**", '<p><b>see <a href="https://x.example">this</a></b></p>'),
]  # fmt: skip
WITHIN = [
    ("[https://x.example/a](https://x.example/a)", '<a href="https://x.example/a">https://x.example/a</a>'),
    ("see https://x.example/`path` now", "see https://x.example/<code>path</code> now"),
    ("http://`host`:3000", "http://<code>host</code>:3000"),
    ("www.x.example`a` a@b.`de`", "www.x.example<code>a</code> a@b.<code>de</code>"),
    ("(https://x.example)[here](https://y.example)", '(https://x.example)<a href="https://y.example">here</a>'),
    ("**[www.x.example](https://x.example)**", '<b><a href="https://x.example">www.x.example</a></b>'),
    ("[`a`](https://x.example/`b`)", "[<code>a</code>](https://x.example/<code>b</code>)"),
    ("\ue0031\ue004 **x** \ue000 icon \ue002", "\ue0031\ue004 <b>x</b> \ue000 icon \ue002"),
    ("\ufdd31\ufdd4 **x** \ufdd07\ufdd1", "1 <b>x</b> 7"),
    ("<code>**a**<br>_b_ `c`</code> **d**", "<code>**a**<br>_b_ `c`</code> <b>d</b>"),
    ("<kbd>*</kbd> and <kbd>*</kbd>", "* and *"),
    (r"\*x\* and \_y\_, \`z\`", "*x* and _y_, `z`"),
    (r"`a\*b` \[c\](d)", r"<code>a\*b</code> [c](d)"),
    (r"1\. a \# b", "1. a # b"),
]
TEXT = [
    "your password is a**b**c",
    "it is xy~~7~~z or pass**word** so",
    r"C:\new\files and \\server",
    "5 * 3 * 2 and 2*3*4, 5 ** 2 ** 3",
    "snake_case_name, __init__ and /a/_b_c/d",
    "ticket #1 and #48213",
    "- only one dash",
    "see https://x.example/_a_/*b* now",
    "a * b and *c",
    "[1] (see below) and [Name]",
    "Best - Tom",
    "1. only one number",
    "-5 °C",
]
NO_LISTS = [
    "Die Termine sind:<br>3. Mai<br>17. Juni",
    "Termíny:<br>1. května<br>2. května",
    "Datoer:<br>1. mai<br>2. juni<br>3. juli",
    "Időpontok:<br>1. május<br>2. június",
    "Termine:<br>1. <b>Mai</b><br>2. <b>Juni</b>",
    "Orders:<br>7. desk<br>9. lamp",
    "Check:<br>1. power<br>3. cable<br>5. router",
    "1. FC Köln",
    "3. a<br>4. b",
    "1. 5. 2027<br>2. 5. 2027",
    "01. a<br>02. b",
    "1) a<br>2) b<br>7) c",
    "- 1. FC Köln",
    "Es gilt:<br>&gt; 5 kg: 10 €<br>sonst 5 €",
    "&gt;= 3 pieces<br>&gt; € 50",
    "- 5 °C<br>- 6 °C",
    "+ 49 151<br>+ 49 152",
    "- €5<br>- $6.50",
]
OWN = [
    ("<p>- a<br>- b</p>", "<p>- A<br>- B</p>"),
    ("<p>1) a</p><p>2) b</p>", "<p>1) A</p><p>2) B</p>"),
    ("<p>use **x**</p>", "<p>Use **x**.</p>"),
    (r"<p>in C:\*x\*</p>", r"<p>In C:\*x\*.</p>"),
    ("<p>use `x`</p>", "<p>Use `x`.</p>"),
    ("<p>&gt; he said</p>", "<p>&gt; He said.</p>"),
    ("<p># 1</p>", "<p># 1.</p>"),
    ("<p>a</p><p>---</p><p>b</p>", "<p>A</p><p>---</p><p>B</p>"),
    ("<p>_x_ and y</p>", "<p>_x_ and Y</p>"),
    ("<p>[a](b)</p>", "<p>[a](b)!</p>"),
    ("<p>a</p><p></p><p>b</p>", "<p>A</p><p></p><p>B</p>"),
    ("<p>Hi there, this was\nwrapped</p>", "<p>Hi there. This was\nwrapped.</p>"),
    ("Hello <b>Ana</b>, thx", "Hello <b>Ana</b>, thanks"),
    ('<ul><li><p>a</p></li></ul><p style="color:red">b</p>', '<ul><li><p>A</p></li></ul><p style="color:red">B</p>'),
]


def finished(answer: str, draft: str = DRAFT) -> str:
    """Return what the agent gets."""
    return finish_text(answer, mask=Mask(MaskingRules()), draft=draft, html=True).text


@pytest.mark.parametrize(("answer", "seen"), PARAGRAPHS)
def test_no_line_end_that_matters_is_folded(answer: str, seen: str) -> None:
    """Paragraphs stay paragraphs, and none is empty."""
    assert finished(answer) == seen


@pytest.mark.parametrize(("answer", "seen"), MARKDOWN)
def test_markdown_becomes_the_drafts_markup(answer: str, seen: str) -> None:
    """Customers see no asterisks; the draft says `<b>`, so do we."""
    assert finished(answer) == seen


@pytest.mark.parametrize(("text", "seen"), WITHIN)
def test_nothing_is_left_of_signs_within_signs(text: str, seen: str) -> None:
    """An address in a link, code in an address; code is verbatim, and what is escaped is a sign."""
    assert finished(f"<p>{text}</p>") == f"<p>{seen}</p>"


@pytest.mark.parametrize("text", TEXT)
def test_signs_that_are_no_markdown_stay(text: str) -> None:
    """As they were written."""
    assert finished(f"<p>{text}</p>") == f"<p>{text}</p>"


@pytest.mark.parametrize("text", NO_LISTS)
def test_a_number_or_a_sign_that_says_something_stays(text: str) -> None:
    """A date is none of a list's entries, nor is an amount; numbers that a browser would count otherwise stay."""
    assert finished(f"<p>{text}</p>") == f"<p>{text}</p>"


@pytest.mark.parametrize(("draft", "answer"), OWN)
def test_signs_of_the_draft_are_its_own(draft: str, answer: str) -> None:
    """A draft that holds dashes, stars or folded lines gets them back, and so do its tags."""
    assert finished(answer, draft) == answer


def test_a_strong_draft_stays_strong() -> None:
    """The tags are those of the draft, or the usual ones."""
    assert finished("**x** *y*", "<p><strong>x</strong> <i>y</i></p>") == "<p><strong>x</strong> <i>y</i></p>"
    assert finished("**x** *y*", "<p>x</p>") == "<p><strong>x</strong> <em>y</em></p>"


def test_hidden_things_come_back_in_markdown() -> None:
    """In a list, in a link, in a paragraph that was text."""
    mask = Mask(MaskingRules())
    draft = '<p>Pay €950 <a href="https://x.example/pay">here</a></p>'
    mask.hide(draft, html=True)
    answer = "Please:\n\n- pay ZQX1SUM\n- [here](ZQX2LINK)"
    answer = answer if mask.tokens.get("ZQX1SUM") else answer.replace("1SUM", "2SUM").replace("2LINK", "1LINK")
    done = finish_text(answer, mask=mask, draft=draft, html=True)
    assert done.text == '<p>Please:</p><ul><li>pay €950</li><li><a href="https://x.example/pay">here</a></li></ul>'
    assert done.missing == ()


PIECES = [
    *ATTACKS, "**", "*", "_", "`", "```\n", "- a\n", "1. b\n", "> ", "# ", "\n", "\n\n", "<p>", "</p>", "<b>", "</b>",
    "<br>", "<ul><li>", "</li></ul>", "[a](javascript:alert(1))", "[a](https://x.example)", "word ", "&lt;", "<pre>",
    "    ", "~~", "\ue0000\ue001", "---\n", "\ufdd0", "\ufdd3", "\\", "<code>", "1. a\n",
]  # fmt: skip


@settings(max_examples=200 * int(os.environ.get("EXAMPLES_FACTOR", "1")), deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=10).map("".join), st.sampled_from([DRAFT, "<p>x\ny</p>", "a<br>b"]))
def test_whatever_a_model_writes_is_safe_and_stays_as_it_is(answer: str, draft: str) -> None:
    """Nothing runs, and what the sanitiser let through once passes it again as it is."""
    done = finished(answer, draft)
    assert not Findings(done).bad
    assert safe_html(done, draft) == done


@pytest.mark.parametrize(
    "piece",
    [
        "**a ", "*a*", "`", "[a](", "- a\n", "- a\nb\n", "```\n", "\n", "<p>", "<p></p>", "<p>- a</p>", "<div>",
        "  - a\n    - b\n", "<pre>", "1. a\n2. b\n5. c\n",
         "1. a\n- b\n", "- a\n   1. b\n   3. c\n", "<code>", "<code> ", "<code>a\n", "\\*", "a\n\n", "a@b.",
    ],
)  # fmt: skip
def test_no_answer_takes_long(piece: str) -> None:
    """Twice as much of anything takes about twice as long."""

    def show(size: int) -> None:
        answer = repeated(piece, size)
        without_empty_paragraphs(arrange(answer, DRAFT), answer)

    grows_no_faster(show, 40_000)


@pytest.mark.parametrize("line", ["* * *", "- - -", "***", "---", "___", "* * * *"])
def test_line_of_signs_that_the_draft_has_stays(line: str) -> None:
    """A model that keeps it as it is must not find a rule in its place."""
    draft = f"<p>Hi Ana,</p><p>{line}</p><p>Tom</p>"
    assert arrange(draft, draft=draft) == draft
