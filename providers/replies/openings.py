"""How thoughts begin that nothing announces, and whether an answer begins so."""
# ruff: noqa: E501, RUF001 - long expressions, and marks of other scripts

import re
from typing import Literal, TypeAlias

Opening: TypeAlias = Literal["reply", "thoughts", "unknown"]

_FINAL = "assistantfinal"
_ANSWERS = ("here is my response:", "here's my response:", "here is the response:", "here's the response:")
_LEADS = (
    (
        re.compile(
            r"(?:assistant)?(?:(?i:analysis|commentary)(?=[A-Z\"“'\d<])|(?:analysis|commentary)(?=.))", re.DOTALL
        ),
        (_FINAL,),
    ),
    (re.compile(r"here(?: i|['’])s my thought process:", re.IGNORECASE), _ANSWERS),
    (re.compile(r"thinking(?:\.\.\.|…)", re.IGNORECASE), ("done thinking.",)),
    (re.compile(r"```(?:think|thinking|thoughts?|reasoning)[ \t]*\r?\n", re.IGNORECASE), ("\n```",)),
)
"""What thoughts begin with where a server dropped the tokens around them, or the model has none; and what ends them."""
_HARMONY = re.compile(r"(?:assistant)?(?:analysis|commentary)", re.IGNORECASE)
_GLUED = re.compile(r"(?:assistant)?(?i:analysis|commentary)(?=[A-Z\"“'\d<])")
_LABEL = re.compile(
    r"\s*(?:assistantfinal|assistant:?[ \t]*\r?\n|assistant:[ ]|#{1,4}[ ]?(?i:response):?[ \t]*\r?\n)\s{0,100}(?=\S)"
)
"""What a server, or a model that is trained on one form, leaves before a reply."""
_LEAD_WORDS = (
    "assistantanalysis",
    "assistantcommentary",
    "assistantfinal",
    "assistant:",
    "# response:",
    "## response:",
    "### response:",
    "analysis",
    "commentary",
    "here is my thought process:",
    "here's my thought process:",
    "thinking...",
    "thinking…",
    "```thinking",
    "```think",
    "```thoughts",
    "```reasoning",
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
_FIRST_WORDS = (*_LEAD_WORDS, *_OPENERS)
_LONGEST_WORDS = max(map(len, _FIRST_WORDS))
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


def lead_ends(text: str, said: str) -> tuple[str, ...]:
    """Return what ends the thoughts that a text begins with, in small letters, if their first words are known.

    Words that the request has itself are known for nothing, but for those that one word alone can end.
    """
    begin = text.lstrip()
    for lead, ends in _LEADS:
        if (match := lead.match(begin)) and (ends == (_FINAL,) or match[0].strip().lower() not in said):
            return ends
    return ()


def label_end(text: str, said: str) -> int:
    """Return where the label ends that a server left before a reply; 0 when there is none, or the request has it."""
    label = _LABEL.match(text)
    return 0 if label is None or said.lstrip().startswith(label[0].strip().lower()) else label.end()


def is_reply_after_all(text: str, said: str) -> bool:
    """Tell whether a text is a reply that begins with words that are known for thoughts, but has nothing to end them."""
    begin = text.lstrip()[:_TO_TELL]
    if _HARMONY.match(begin):
        glued = _GLUED.match(begin)
        return glued is None or (glued[0].lower() in said and not _TASK.search(begin))
    return not begin.startswith("```") and not _TASK.search(begin)


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
    words = begin.rstrip()
    if len(words) <= _LONGEST_WORDS and any(each.startswith(words) for each in _FIRST_WORDS):
        return True
    return begin.startswith(_OPENERS) and any(begin.startswith(each) and each not in said for each in _OPENERS)
