"""What models write around a reply in formats of their own: thoughts, wrappers, the tokens that end and begin turns."""
# ruff: noqa: RUF001 - bars of other scripts

import re
from typing import Literal, TypeAlias

from msgspec import Struct

Role: TypeAlias = Literal["think", "wrap", "header", "body", "end", "noise", "strike"]
"""What a mark does: encloses thoughts, encloses the reply, begins or ends the heading of a turn, ends one, or nothing.

`strike` is `<s>`, which begins a text or strikes it through, and `</s>`, which ends either.
"""

_THINK_WORDS = (
    "think thinks thinking reasoning cot scratchpad monologue brainstorm deliberation antthinking tool_call tool_calls "
    "function_call"
)
_VAGUE_WORDS = "thought thoughts reason reflect reflection rationale ponder analysis analyse analyze"
_NOTE_WORDS = "plan planning critique commentary explanation steps evaluation verification assessment"
_WRAP_WORDS = (
    "answer final reply response output solution result rewrite rewritten revised improved polished corrected rephrased"
)
_OUTER_WORDS = "text draft message email html_fragment"
_NEUTRAL_WORDS = (
    "text draft message email mail html fragment version body content customer agent user my your the of chain self "
    "inner internal model assistant process step steps block"
)
THINKING = frozenset(_THINK_WORDS.split())
"""Names of elements that hold thoughts, or parts of their names: `<think>`, `<seed:think>`."""
VAGUE = frozenset(_VAGUE_WORDS.split())
"""Likewise, but words of everyday life: thoughts only where an answer begins with them."""
NOTES = frozenset(_NOTE_WORDS.split())
"""Names of elements that hold notes of the model where an answer begins with one, and a reply follows."""
WRAPPING = frozenset(_WRAP_WORDS.split())
"""Likewise of elements that hold the reply; what stands before one is none."""
OUTER = frozenset(_OUTER_WORDS.split())
"""Names that hold the reply when the answer begins with them, and may be anything further on."""
_NEUTRAL = frozenset(_NEUTRAL_WORDS.split())
"""What the names of such elements may have besides."""
_EDGES = frozenset(("begin", "start", "end", "stop"))

DETAILS = "details"
"""An element of HTML that holds thoughts where its tag says so, as Open WebUI writes them."""
_PARTED = re.compile(r"[_:-]")
_MOST_ATTRIBUTES = 200  # characters

_TOKENS: dict[str, tuple[Role, str]] = {
    "inner_prefix": ("think", "|thought"),
    "inner_suffix": ("think", "/|thought"),
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
    "role_start": ("header", ""),
    "role_end": ("body", ""),
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
    "unused94": ("think", "|unused", False),
    "unused95": ("think", "|unused", True),
    "|channel": ("think", "|channel", False),
    "channel|": ("think", "|channel", True),
    "s": ("strike", "s", False),
    "/s": ("strike", "/s", True),
    "bos": ("noise", "bos", False),
    "pad": ("noise", "pad", False),
    "assistant": ("noise", "assistant", False),
}
"""What is known of tokens of other shapes; all others end the turn."""

_MARK = re.compile(
    r"(?:<|&lt;|＜)(?:(?P<half>\|channel|channel\||\|turn|turn\||/?s|end_of_turn|start_of_turn|eos|bos|pad|unused9[45])(?:>|&gt;)"
    r"|[|｜](?P<token>/?[a-z][a-z0-9_▁]{0,40})[|｜](?:>|&gt;)"
    r"|\s?(?P<close>\\?/\s?)?(?P<name>[a-z][a-z_:-]{1,28}+)"
    rf"(?:\s[^<>＜＞&\[◁]{{0,{_MOST_ATTRIBUTES}}}?)?/?(?:>|&gt;|＞))"
    r"|\[(?P<bclose>/)?(?:THINK|THINKING|REASONING)\]|◁(?P<kclose>/)?think▷|\[(?P<inst>/?INST)\]"
    r"|\[\|(?P<bar>endofturn|assistant)\|\]",
    re.IGNORECASE,
)
_BEGUN_TAG = re.compile(r"\s?(?:\\?/?\s?|\\)[a-z_:-]{0,29}/?\Z", re.IGNORECASE)
_OPEN_TAG = re.compile(
    rf"\s?(?:\\?/\s?)?([a-z][a-z_:-]{{1,28}}+)\s[^<>＜＞&\[◁]{{0,{_MOST_ATTRIBUTES}}}\Z", re.IGNORECASE
)
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
_BRACKETED = (
    "[think]",
    "[/think]",
    "[thinking]",
    "[/thinking]",
    "[reasoning]",
    "[/reasoning]",
    "◁think▷",
    "◁/think▷",
    "[inst]",
    "[/inst]",
    "[|endofturn|]",
    "[|assistant|]",
)
_START = re.compile(r"<|＜|&|\[|◁")
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
    def key(self) -> tuple[str, str, bool]:
        """What it has in common with others of its kind."""
        return self.role, self.name, self.closes

    @property
    def vague(self) -> bool:
        """Whether it holds thoughts at the beginning of an answer, and may be anything further on."""
        return self.role == "think" and words_of(self.name).isdisjoint(THINKING) and self.name[:1].isalpha()


def may_hold_mark(text: str) -> bool:
    """Tell whether there is anything in a text that a mark could begin with."""
    return _START.search(text) is not None


def find_mark(text: str, start: int = 0) -> Mark | None:
    """Return the first mark from a place on."""
    for match in _MARK.finditer(text, start):
        if match["name"] is None or _role(match["name"], match[0]):
            role, name, closes = _meaning(match)
            return Mark(role=role, name=name, closes=closes, start=match.start(), end=match.end())
    return None


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
    begun, _, entity = rest[1 if rest[0] in "<＜" else 4 :].partition("&")
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
        role = _role(name, match[0]) or "noise"
        return role, name, bool(match["close"]) or (role == "think" and _is_end(name))
    if token:
        return _token_meaning(token)
    if match["inst"]:
        return "noise", "inst", False
    half = (match["half"] or match["bar"] or "").lower()
    if not half:
        return "think", "[think]", bool(match["bclose"] or match["kclose"])
    return _HALVES.get(half, ("end", half, True))


def _role(name: str, written: str) -> Role | None:
    """Return the role of an element; none for those that models don't put around a reply."""
    small = name.lower()
    words = words_of(small)
    if not words.isdisjoint(THINKING) or small in NOTES:
        return "think"
    if small in OUTER or _is_made_of(words, WRAPPING):
        return "wrap"
    if _is_made_of(words, VAGUE):
        return "think"
    return "think" if small == DETAILS and ("reasoning" in written or "/" in written) else None


def words_of(name: str) -> frozenset[str]:
    """Return the words of an element's name, and the name."""
    return frozenset((name, *_PARTED.split(name)))


def _is_made_of(words: frozenset[str], known: frozenset[str]) -> bool:
    """Tell whether a name has a known word, and but for neutral ones no other."""
    shortest = {word for word in words if not _PARTED.search(word)}
    return not words.isdisjoint(known) and shortest <= known | _NEUTRAL | _EDGES


def _token_meaning(token: str) -> tuple[Role, str, bool]:
    """Return what a token means that tells by its name, as `<|begin_of_thought|>` does; all others end a turn."""
    if token in _TOKENS:
        role, said = _TOKENS[token]
        return role, said.removeprefix("/"), said.startswith("/")
    closes = token.startswith("/") or _is_end(token)
    if any(word in token for word in ("think", "thought", "reason", "reflect")):
        return "think", "|thought", closes
    if any(word in token for word in ("solution", "response", "answer")):
        return "wrap", "|solution", closes
    return "end", "", False


def _is_end(name: str) -> bool:
    """Tell whether a name says that it is an end: `<think_end>`, `<end_thought>`."""
    return name.startswith("end") or name.endswith(("_end", "_stop"))
