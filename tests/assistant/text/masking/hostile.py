"""Texts that were made to take long, and all that is done with them."""

from assistant.text.answers.cleaning import Unwrapper
from assistant.text.answers.finishing import finish_text
from assistant.text.answers.streaming import StreamText
from assistant.text.masking.kinds import KINDS
from assistant.text.masking.masking import Mask, MaskingRules

SIZE = 64 * 1024
PIECES = [
    "a",
    "1",
    " ",
    "(",
    "[",
    "<",
    "<a ",
    '<a href="',
    "<!--",
    "&",
    "&a",
    "&#",
    "@",
    "a@",
    "a@b.",
    ".",
    "a.",
    "1 ",
    "1.",
    "111 ",
    "111.",
    "0",
    "+1",
    "+49 1 ",
    "(0",
    "#",
    "#1",
    "-",
    "A-",
    "A1-",
    "A1",
    "DE89 ",
    "DE89",
    "4111 ",
    "$",
    "$1",
    "1,",
    "order ",
    "order 1",
    "http://",
    "www.",
    "https://x)",
    "Z",
    "ZQ",
    "ZQX",
    "ZQX1",
    "ZQX1 ",
    "ZQX1LINK",
    "[[ZQX1LINK",
    "[ZQX9]",
    "`",
    "```\n",
    "\n",
    "\n```x",
    '"',
    "“",
    "here is ",
    "Sure, ",
    "<p>",
    "<script>",
    "</",
    "<a '",
    'x="',
    " href=",
    "_",
    "*",
    "\\",
    "e\u0301",
    "\u200f",
    "好",
    "²",
    "İ",
    "1-",
    "a-1/",
    "mailto:a@b.de,",
    "ZQX1a",
    "<svg>",
    "-->",
    '<p style="color:red">',
    "$1 EUR 2 ",
    "12 34 56 78 ",
    "1万",
    "1 de ",
    "Fr. 1",
    "5 mio ",
    "1,00",
    "円",
    "E",
    "\u200b",
    "1\u200b",
    "\u2009",
    "٣",
    "ﬃ",
    "\ufdfa",
    "&#8203;",
    "1—",
    "（1）",  # noqa: RUF001 - wide brackets
    "1\n",
    "a-\n",
    "a_",
    "a.de",
    "a @ b.de ",
    '"a',
    "https://a/\n",
    "+49 1\n",
    "4111 1111\n",
    "ORD-\n",
    "> \n",
    "<b>1</b>",
    "a<b>@</b>",
    "1<br>",
]
BEGINNINGS = ["* ", "- ", "_ ", "*_#>", "<b>", "<p>", "<p> ", "<div>", "<hr>", "<p>---</p>", "— ", "> ", "# "]
"""What is held back at the beginning of an answer, over and over."""


def there_and_back(text: str, *, html: bool) -> None:
    """Hide what is in a text, and put it back, at once and in pieces."""
    mask = Mask(MaskingRules(private=KINDS))
    answer = mask.hide(text, html=html)
    finish_text(answer, mask=mask, draft=text, html=html)
    stream = StreamText(mask, html=html, draft=text)
    for start in range(0, len(answer), 512):
        stream.feed(answer[start : start + 512])
    stream.finish()


def shown_at_once(piece: str, *, html: bool) -> bool:
    """Tell whether of a text of that alone, which comes in small pieces, all is shown but what may be a beginning."""
    text = piece * (8000 // len(piece))
    unwrapper = Unwrapper("<p>hi</p>" if html else "hi")
    shown = "".join(unwrapper.feed(text[start : start + 3]) for start in range(0, len(text), 3))
    return len(shown) > len(text) - 1100
