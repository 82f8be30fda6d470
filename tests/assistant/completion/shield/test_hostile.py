"""Texts that were made to take long."""

import time

import pytest

from assistant.completion.shield import Mask, MaskingRules, StreamText, finish_text
from assistant.completion.shield.kinds import KINDS

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
    "1-",
    "1 de ",
    "Fr. 1",
    "5 mio ",
    "1,00",
    "円",
    "E",
]


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("html", [False, True])
def test_no_text_takes_long(piece: str, html: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """64 KB of anything: far less than a second each way on an idle machine."""
    text = piece * (SIZE // len(piece))
    started = time.process_time()
    mask = Mask(MaskingRules(private=KINDS))
    answer = mask.hide(text, html=html)
    finish_text(answer, mask=mask, draft=text, html=html)
    stream = StreamText(mask, html=html, draft=text)
    for start in range(0, len(answer), 512):
        stream.feed(answer[start : start + 512])
    stream.finish()
    assert time.process_time() - started < 3
