"""What models write around a reply in formats of their own: thoughts, wrappers, the tokens that end and begin turns."""
# ruff: noqa: RUF001 - bars of other scripts

import re
from html import unescape
from typing import Literal, TypeAlias

from msgspec import Struct

Role: TypeAlias = Literal["think", "wrap", "header", "body", "end", "noise", "strike"]
"""What a mark does: encloses thoughts, encloses the reply, begins or ends the heading of a turn, ends one, or nothing.

`strike` is `<s>`, which begins a text or strikes it through, and `</s>`, which ends either.
"""

_THINK_WORDS = (
    "think thinks thinking thought thoughts reason reasoning reflect reflection rationale cot scratchpad monologue "
    "ponder deliberation analysis analyse analyze brainstorm antthinking tool_call tool_calls function_call"
)
_WRAP_WORDS = (
    "answer final reply response output solution result rewrite rewritten revised improved polished corrected rephrased"
)
_OUTER_WORDS = "text draft message email html_fragment"
THINKING = frozenset(_THINK_WORDS.split())
"""Names of elements that hold thoughts, or parts of their names: `<think>`, `<seed:think>`, `<chain-of-thought>`."""
WRAPPING = frozenset(_WRAP_WORDS.split())
"""Likewise of elements that hold the reply; what stands before one is none."""
OUTER = frozenset(_OUTER_WORDS.split())
"""Names that hold the reply when the answer begins with them, and may be anything further on."""

DETAILS = "details"
"""An element of HTML that holds thoughts where its tag says so, as Open WebUI writes them."""
_PARTED = re.compile(r"[_:-]")
_MOST_ATTRIBUTES = 200  # characters

_TOKENS: dict[str, tuple[Role, str]] = {
    "inner_prefix": ("think", "thought"),
    "inner_suffix": ("think", "/thought"),
    "begin_of_box": ("noise", ""),
    "end_of_box": ("noise", ""),
    "start": ("header", ""),
    "channel": ("header", ""),
    "start_header_id": ("header", ""),
    "start_of_role": ("header", ""),
    "im_start": ("header", "line"),
    "im_assistant": ("header", ""),
    "message": ("body", ""),
    "end_header_id": ("body", ""),
    "end_of_role": ("body", ""),
    "im_sep": ("body", ""),
    "im_middle": ("body", ""),
    "begin_of_text": ("noise", ""),
    "begin▁of▁sentence": ("noise", ""),
    "assistant": ("noise", ""),
    "chatbot_token": ("noise", ""),
    "start_of_turn_token": ("noise", ""),
    "constrain": ("noise", ""),
}
"""What is known of tokens such as `<|im_start|>`; all others end the turn."""

_HALVES: dict[str, tuple[Role, str, bool]] = {
    "start_of_turn": ("header", "line", False),
    "|turn": ("header", "line", False),
    "unused94": ("think", "unused", False),
    "unused95": ("think", "unused", True),
    "|channel": ("think", "channel", False),
    "channel|": ("think", "channel", True),
    "s": ("strike", "s", False),
    "/s": ("strike", "/s", True),
    "bos": ("noise", "bos", False),
    "pad": ("noise", "pad", False),
    "assistant": ("noise", "assistant", False),
}
"""What is known of tokens of other shapes; all others end the turn."""

_MARK = re.compile(
    r"(?:<|&lt;)(?:(?P<half>\|channel|channel\||\|turn|turn\||/?s|end_of_turn|start_of_turn|eos|bos|pad|unused9[45])(?:>|&gt;)"
    r"|[|｜](?P<token>/?[a-z][a-z0-9_▁]{0,40})[|｜](?:>|&gt;)"
    rf"|(?P<close>/\s?)?(?P<name>[a-z][a-z_:-]{{1,28}}+)(?:\s[^<>&\[◁]{{0,{_MOST_ATTRIBUTES}}}?)?/?(?:>|&gt;))"
    r"|\[(?P<bclose>/)?THINK\]|◁(?P<kclose>/)?think▷|\[(?P<inst>/?INST)\]|\[\|(?P<bar>endofturn|assistant)\|\]",
    re.IGNORECASE,
)
_BEGUN_TAG = re.compile(r"/?\s?[a-z_:-]{0,29}/?\Z", re.IGNORECASE)
_OPEN_TAG = re.compile(rf"/?([a-z][a-z_:-]{{1,28}}+)\s[^<>&\[◁]{{0,{_MOST_ATTRIBUTES}}}\Z", re.IGNORECASE)
_BEGUN_TOKEN = re.compile(r"[|｜]/?[a-z0-9_▁]{0,41}[|｜]?\Z", re.IGNORECASE)
_OTHERS = (
    "|channel>",
    "channel|>",
    "|turn>",
    "turn|>",
    "s>",
    "/s>",
    "end_of_turn>",
    "start_of_turn>",
    "eos>",
    "bos>",
    "pad>",
    "unused94>",
    "unused95>",
)
_BRACKETED = ("[think]", "[/think]", "◁think▷", "◁/think▷", "[inst]", "[/inst]", "[|endofturn|]", "[|assistant|]")
_START = re.compile(r"<|&|\[|◁")
_REACH = 260  # characters of the longest mark, generously


class Mark(Struct, frozen=True, kw_only=True):
    """A mark in a text.

    Attributes:
        role: what it does.
        name: of an element, in small letters; `line` where a line end closes a heading.
        closes: whether it closes an element.
        start, end: where it stands.
    """

    role: Role
    name: str
    closes: bool
    start: int
    end: int

    @property
    def key(self) -> tuple[str, str]:
        """What it has in common with others of its kind."""
        return self.role, self.name


def find_mark(text: str, start: int = 0) -> Mark | None:
    """Return the first mark from a place on."""
    for match in _MARK.finditer(text, start):
        if match["name"] is None or _role(match["name"], match[0]):
            role, name, closes = _meaning(match)
            return Mark(role=role, name=name, closes=closes, start=match.start(), end=match.end())
    return None


def marks_in(text: str) -> frozenset[tuple[str, str]]:
    """Return the kinds of marks that a text has of its own, written as they are or as entities."""
    found, position = set(), 0
    plain = unescape(text)
    while mark := find_mark(plain, position):
        found.add(mark.key)
        position = mark.end
    return frozenset(found)


def begun_mark(text: str, start: int) -> int:
    """Return from where on the end of a text may be the beginning of a mark; the text's length when it can't be."""
    for match in _START.finditer(text, max(start, len(text) - _REACH)):
        if _may_become_mark(text[match.start() :]):
            return match.start()
    return len(text)


def _may_become_mark(rest: str) -> bool:
    if rest[0] in "[◁":
        return any(mark.startswith(rest.lower()) for mark in _BRACKETED)
    if rest[0] == "&" and not rest.startswith("&lt;"):
        return "&lt;".startswith(rest)
    begun, _, entity = rest[1 if rest[0] == "<" else 4 :].partition("&")
    return "gt;".startswith(entity) and _may_become_tag(begun)


def _may_become_tag(begun: str) -> bool:
    tag, opened = _BEGUN_TAG.match(begun), _OPEN_TAG.match(begun)
    return (
        tag is not None
        or (opened is not None and _role(opened[1], "reasoning") is not None)
        or _BEGUN_TOKEN.match(begun) is not None
        or any(mark.startswith(begun.lower()) for mark in _OTHERS)
    )


def _meaning(match: re.Match[str]) -> tuple[Role, str, bool]:
    """Return the role of a mark, its name, and whether it closes."""
    name, token = (match["name"] or "").lower(), (match["token"] or "").lower()
    if name and match[0].endswith(("/>", "/&gt;")):
        return "noise", name, False  # an element that holds nothing
    if name:
        return _role(name, match[0]) or "noise", name, bool(match["close"])
    if token:
        return _token_meaning(token)
    if match["inst"]:
        return "noise", "inst", False
    half = (match["half"] or match["bar"] or "").lower()
    if not half:
        return "think", "bracketed", bool(match["bclose"] or match["kclose"])
    return _HALVES.get(half, ("end", half, True))


def _role(name: str, written: str) -> Role | None:
    """Return the role of an element; none for those that models don't put around a reply."""
    parts = {name.lower(), *_PARTED.split(name.lower())}
    if not parts.isdisjoint(THINKING):
        return "think"
    if parts & WRAPPING or name.lower() in OUTER:
        return "wrap"
    return "think" if name.lower() == DETAILS and ("reasoning" in written or "/" in written) else None


def _token_meaning(token: str) -> tuple[Role, str, bool]:
    """Return what a token means that tells by its name, as `<|begin_of_thought|>` does; all others end a turn."""
    if token in _TOKENS:
        role, said = _TOKENS[token]
        return role, said.removeprefix("/"), said.startswith("/")
    closes = token.startswith(("/", "end"))
    if any(word in token for word in ("think", "thought", "reason")):
        return "think", "thought", closes
    if any(word in token for word in ("solution", "response", "answer")):
        return "wrap", "solution", closes
    return "end", "", False
