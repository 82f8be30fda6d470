"""Drafts, and a model of which one can say how faithful it is."""
# ruff: noqa: RUF001 - other scripts are what it is about

import re
from collections.abc import Callable

from hypothesis import strategies as st

from assistant.text.answers.streaming import StreamText

FACTS = [
    "https://example.com/reset?id=7&t=a_b",
    "www.example.org/x_(y)",
    "mailto:help@example.com",
    "ana.o'neil@example.co.uk",
    "jörg@müller.example",
    "+49 (0)151 2345-678",
    "(977) 625-2661",
    "06 12 34 56 78",
    "DE89 3704 0044 0532 0130 00",
    "GB82WEST12345698765432",
    "4111 1111 1111 1111",
    "#48213",
    "ORD-2024-0001",
    "INV 123",
    "1Z999AA10123456784",
    "$49.00",
    "1.234,56 €",
    "12 345,00 zł",
    "₹500",
    "{{contact.name}}",
    "#{ticket.title}",
    "%FIRST_NAME%",
    "[First Name]",
    "+49–151–2345678",
    "max\u200b.muster@ex\u00adample.com",
    "４１１１\u2009１１１１\u2009１１１１\u2009１１１１",
    "example.com/path?a=1",
    "max&muster@example.com",
]
WORDS = [
    "please",
    "Hello,",
    "your order",
    "the refund is",
    "30 days",
    "at 10:30",
    "3 May 2027",
    "ZQ",
    "Straße",
    "Добрый день",
    "спасибо",
    "مرحبا",
    "شكرا لك",
    "שלום",
    "谢谢,",
    "請看",
    "ありがとう",
    "\u200fمرحبا\u200e",
    "🙂",
    "don't",
    "R&D",
    "50 %",
    "—",
    "(see",
    "below)",
    "ZQX7LINK",
    "zqx",
    "*",
    "_",
    "[",
]
IN_TEXT_ONLY = ["a < b", "<tag>", "&amp;", "\n\n", "\n- "]
TAGS = ["p", "b", "em", "li", "span", "blockquote", "td"]
TOKEN = re.compile(r"ZQX\d+[A-Z]+")

TEXTS = st.lists(st.sampled_from(FACTS) | st.sampled_from(WORDS + IN_TEXT_ONLY), min_size=1, max_size=14).map(" ".join)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


_PARTED = st.sampled_from(["max<b>@</b>example.com", "<i>+49</i> 151 2345678", "4111<b> </b>1111 1111 1111"])
_LEAVES = (st.sampled_from(FACTS) | st.sampled_from(WORDS)).map(_escaped)
# A link holds text alone: around a block, a browser makes two links of one.
_LINKS = st.tuples(st.sampled_from(FACTS[:3]).map(_escaped), _LEAVES).map(
    lambda pair: f'<a href="{pair[0]}">{pair[1]}</a>'
)
_PICTURE = st.just('<br><img src="https://example.com/logo.png" alt="+49 151 2345678">')


def _tagged(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    children = st.lists(inner, min_size=1, max_size=4).map(" ".join)
    return st.tuples(st.sampled_from(TAGS), children).map(lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0]}>")


HTML = st.lists(st.recursive(_LEAVES | _LINKS | _PICTURE | _PARTED, _tagged, max_leaves=8), min_size=1, max_size=4).map(
    lambda parts: f"<p>{parts[0]}</p>" + "<br>".join(parts[1:])
)


def streamed(stream: StreamText, answer: str, cuts: list[int]) -> str:
    """Give an answer to a stream in pieces of the sizes named, over and over, and join what comes out."""
    shown, position, index = [], 0, 0
    while position < len(answer):
        size = cuts[index % len(cuts)]
        shown.append(stream.feed(answer[position : position + size]))
        position, index = position + size, index + 1
    return "".join(shown) + stream.finish()


def distorted(answer: str, choose: Callable[[int], int]) -> str:
    """Return an answer with its tokens kept, dropped, doubled, swapped, altered and joined by invented ones."""
    parts, tokens = TOKEN.split(answer), TOKEN.findall(answer)
    changes: list[Callable[[str], str]] = [
        lambda token: token,
        lambda _: "",
        lambda token: f"{token} and {token}",
        lambda _: tokens[choose(len(tokens))],
        lambda token: token.lower(),
        lambda token: f"[{token}]",
        lambda token: re.sub(r"(\d+)", r" \1 ", token),
        lambda token: f"{token} ZQX99LINK",
        lambda _: "ZQX",
    ]
    changed = [changes[choose(len(changes))](token) for token in tokens]
    return "".join(part + token for part, token in zip(parts, [*changed, ""], strict=True))
