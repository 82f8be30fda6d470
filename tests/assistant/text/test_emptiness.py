"""Drafts with nothing in them, as empty editors send them."""

import pytest

from assistant.text.emptiness import is_empty

EDITORS = [
    "<p></p>",
    "<p><br></p>",
    '<p><br class="ProseMirror-trailingBreak"></p>',
    "<p>&nbsp;</p>",
    "<p>&#160;&#x200B;&ZeroWidthSpace;&zwnj;</p>",
    "<div><br></div>",
    "<br/>",
    "<p></p><p> \n </p>",
    "<p>\u200b\ufeff</p>",
    "<p>\u3164\u2800\u115f</p>",
    "<ul><li></li></ul>",
    "<!-- wp:paragraph --><p></p><!-- /wp:paragraph -->",
    "<style>p { color: red }</style><p></p>",
    "<script>let x = 1</script>",
    '<p><img class="ProseMirror-separator" alt=""></p>',
    '<p><img src=""></p>',
    '<p><a href="https://example.org"></a></p>',
    '<table><tbody><tr><td width="200"></td></tr></tbody></table>',
    "<p>...</p>",
    "<hr>",
    "<p>" + "<br>" * 2000 + "</p>",
]
TEXTS = ["", " ", "\n\n\t", "\u200b", "\u00a0\u2060\ufeff", "\u00ad\u200e", "\u2800", "\ufffc", "—", "<p></p>", "<br>"]
TEXTS += [
    "&nbsp;",
    "&#8203;",
    "&zwnj;",
    "<!-- x -->",
    "<style>p{color:red}</style>",
    "<o:p></o:p>",
    "<o:p>&nbsp;</o:p>",
]
TEXTS += ["<wbr>", "<kbd></kbd>", "<label></label>", "<textarea>x</textarea>", "---", "**", "..."]
DRAFTS = [
    "<p>Hi</p>",
    "<p>7</p>",
    "<p>👍</p>",
    "<p>€</p>",
    "<p>好</p>",
    "<p>&eacute;</p>",
    '<p><img src="cid:logo"></p>',
    "<p><IMG alt=x SRC=/uploads/1></p>",
    "<p>" + "<br>" * 2000 + "Hi</p>",
    "<p>{{contact.first_name}}</p>",
    "<!-- a --><p>ok</p>",
]


@pytest.mark.parametrize("content", EDITORS)
def test_html_without_word_or_picture_is_empty(content: str) -> None:
    """Tags, entities and characters that no one sees make no draft."""
    assert is_empty(content, html=True)


@pytest.mark.parametrize("content", TEXTS)
def test_text_without_word_is_empty(content: str) -> None:
    """So does white space of any kind."""
    assert is_empty(content, html=False)


@pytest.mark.parametrize("content", DRAFTS)
def test_html_with_a_word_or_picture_is_a_draft(content: str) -> None:
    """One word, figure, emoji or picture is enough, wherever it stands."""
    assert not is_empty(content, html=True)


@pytest.mark.parametrize(
    "content", ["a", "ok.", "1", "🙂", "日", "<Enter>", "<your-name>", "<title> is missing", "&eacute;", "<!-- x"]
)
def test_text_with_a_word_is_a_draft(content: str) -> None:
    """A word in angle brackets is one too, where the draft is no HTML."""
    assert not is_empty(content, html=False)
