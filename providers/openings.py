"""How thoughts begin that nothing announces, and whether an answer begins so."""
# ruff: noqa: E501, RUF001 - long expressions, and marks of other scripts

import re
from typing import Literal, TypeAlias

Opening: TypeAlias = Literal["reply", "thoughts", "unknown"]

_LEADS = (
    (re.compile(r"(?i:analysis|commentary)(?=[A-Z\"“'\d<])"), ("assistantfinal",)),
    (re.compile(r"here(?: i|')s my thought process:", re.IGNORECASE), ("here is my response:", "here's my response:")),
    (re.compile(r"thinking(?:\.\.\.|…)", re.IGNORECASE), ("done thinking.",)),
)
"""What thoughts begin with where a server dropped the tokens around them, or the model has none; and what ends them."""
_LEAD_WORDS = (
    "analysis",
    "commentary",
    "here is my thought process:",
    "here's my thought process:",
    "thinking...",
    "thinking…",
)
LONGEST_END = 24
"""Characters of the words that end such thoughts, generously."""

_OPENER_WORDS = (
    "okay,|okay.|okay so|ok,|ok so|alright,|alright.|all right,|hmm|hm,|well,|so,|so the|so we|so i|right,|first,|first i|"
    "got it.|let me|let's|let us|the user|the agent|the draft|the customer|the original|the message|the task|the text|"
    "the input|we need|we have|we are|we must|we should|we're|i need|i have to|i should|i must|i'll|i will|i am asked|"
    "i'm asked|looking at|given the|to rewrite|user wants|user asks|need to|the instruction|thinking|thought|"
    "好的|好，|嗯|首先|我们|我需要|用户|让我"
)
_OPENERS = tuple(_OPENER_WORDS.split("|"))
_TASK = re.compile(
    r"\b(?:the (?:user|agent|draft|task|instructions?|rules?|prompt|system message|original (?:text|message|draft|reply))"
    r"|(?:user|agent) (?:wants|asks|is asking|sounds)|re-?writ\w{1,8}|rephras\w{1,5}|reword\w{0,5}|placeholders?|ZQX\w{0,20}"
    r"|(?:i|we) (?:should|must|need to|have to) (?:\w{1,20} ){0,2}(?:be|make|keep|write|produce|output|return|avoid|ensure)"
    r"|(?:friendl|polite|empathetic|concise|formal)\w{0,4} (?:version|tone)|the tone)\b"
    r"|用户|客服|草稿|改写|翻译|语气|原文",
    re.IGNORECASE,
)
_SHORT = 16  # characters of a first line that tells too little
_TO_TELL = 240  # characters within which thoughts that nothing announces speak of the task


def ends_of_lead(text: str) -> tuple[str, ...]:
    """Return what ends the thoughts that a text begins with, in small letters, if their first words are known."""
    begin = text.lstrip()
    return next((ends for lead, ends in _LEADS if lead.match(begin)), ())


def read_opening(text: str, said: str, *, final: bool) -> Opening:
    """Tell whether an answer begins with thoughts; `unknown` as long as that can't be told.

    Thoughts open with certain words and soon speak of the task. Words that the request has itself tell nothing, lest an
    answer waits that begins as its draft does.

    Args:
        text: the answer so far.
        said: the texts of the request, in small letters.
        final: whether the answer has ended.
    """
    begin = text.lstrip()[:_TO_TELL].lower().replace("’", "'")
    if final or not _may_open(begin, said):
        return "reply"
    if _TASK.search(begin):
        return "thoughts"
    return "reply" if len(begin) == _TO_TELL or "\n" in begin[_SHORT:] else "unknown"


def _may_open(begin: str, said: str) -> bool:
    if any(word.startswith(begin) for word in (*_LEAD_WORDS, *_OPENERS)):
        return True
    return any(begin.startswith(word) and word not in said for word in _OPENERS)
