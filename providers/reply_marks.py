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
    "think thinks thinking thought thoughts thought_process thinking_process chain_of_thought cot reason reasoning "
    "reasoning_process rationale reflection reflect analysis analyse analyze scratchpad inner_monologue "
    "internal_monologue internal_thoughts internal_reasoning deliberation seed:think seed:cot_budget_reflect mm:think "
    "ant_thinking antthinking ant:thinking antml:thinking"
)
_WRAP_WORDS = (
    "answer final_answer final final_reply final_response response reply output solution result rewrite rewritten "
    "rewritten_reply rewritten_draft rewritten_text revised_reply revised_draft improved_reply"
)
_OUTER_WORDS = "text draft message email reply_text html_fragment"
THINKING = frozenset(_THINK_WORDS.split())
"""Names of elements that hold thoughts: those of DeepSeek, Qwen, Phi, Kimi, Seed, EXAONE, Reflection and others."""
WRAPPING = frozenset(_WRAP_WORDS.split())
"""Names of elements that hold the reply; what stands before one is none."""
OUTER = frozenset(_OUTER_WORDS.split())
"""Names that hold the reply when the answer begins with them, and may be anything further on."""

_NAMES = THINKING | WRAPPING | OUTER
_BEGUN_NAMES = frozenset(name[:length] for name in _NAMES for length in range(len(name) + 1))
_MOST_ATTRIBUTES = 200  # characters

_TOKENS: dict[str, tuple[Role, str]] = {
    "begin_of_thought": ("think", "thought"),
    "end_of_thought": ("think", "/thought"),
    "start_thinking": ("think", "thought"),
    "end_thinking": ("think", "/thought"),
    "inner_prefix": ("think", "thought"),
    "inner_suffix": ("think", "/thought"),
    "begin_of_solution": ("wrap", "solution"),
    "end_of_solution": ("wrap", "/solution"),
    "start_response": ("wrap", "solution"),
    "end_response": ("wrap", "/solution"),
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
    r"(?:<|&lt;)(?:(?P<half>\|channel|channel\||\|turn|turn\||/?s|end_of_turn|start_of_turn|eos|bos|pad)(?:>|&gt;)"
    r"|[|｜](?P<token>[a-z][a-z0-9_▁]{0,40})[|｜](?:>|&gt;)"
    rf"|(?P<close>/\s?)?(?P<name>[a-z][a-z_:]{{1,24}}+)(?:\s[^<>&\[◁]{{0,{_MOST_ATTRIBUTES}}}?)?/?(?:>|&gt;))"
    r"|\[(?P<bclose>/)?THINK\]|◁(?P<kclose>/)?think▷|\[(?P<inst>/?INST)\]|\[\|(?P<bar>endofturn|assistant)\|\]",
    re.IGNORECASE,
)
_BEGUN_TAG = re.compile(r"/?\s?([a-z_:]*)/?\Z", re.IGNORECASE)
_OPEN_TAG = re.compile(rf"/?([a-z_:]{{2,25}}+)\s[^<>&\[◁]{{0,{_MOST_ATTRIBUTES}}}\Z", re.IGNORECASE)
_BEGUN_TOKEN = re.compile(r"[|｜][a-z0-9_▁]{0,41}[|｜]?\Z", re.IGNORECASE)
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
        if match["name"] is None or match["name"].lower() in _NAMES:
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
        (tag is not None and tag[1].lower() in _BEGUN_NAMES)
        or (opened is not None and opened[1].lower() in _NAMES)
        or _BEGUN_TOKEN.match(begun) is not None
        or any(mark.startswith(begun.lower()) for mark in _OTHERS)
    )


def _meaning(match: re.Match[str]) -> tuple[Role, str, bool]:
    """Return the role of a mark, its name, and whether it closes."""
    name, token = (match["name"] or "").lower(), match["token"]
    if name and match[0].endswith(("/>", "/&gt;")):
        return "noise", name, False  # an element that holds nothing
    if name:
        return ("think" if name in THINKING else "wrap"), name, bool(match["close"])
    if token:
        role, said = _TOKENS.get(token.lower(), ("end", ""))
        return role, said.removeprefix("/"), said.startswith("/")
    if match["inst"]:
        return "noise", "inst", False
    half = (match["half"] or match["bar"] or "").lower()
    if not half:
        return "think", "bracketed", bool(match["bclose"] or match["kclose"])
    return _HALVES.get(half, ("end", half, True))
