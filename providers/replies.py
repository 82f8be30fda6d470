"""Reads the reply out of what a model writes: without its thoughts, and without what its format leaves around it."""

import re
from collections.abc import Iterable
from typing import Literal

from providers.openings import LONGEST_END, ends_of_lead, read_opening
from providers.reply_marks import DETAILS, OUTER, Mark, begun_mark, find_mark, marks_in

_BLANK = re.compile(r"(?:[\s\ufeff\u200b]|</?(?:p|div|span|br)(?:\s[^<>]*+)?/?>)*+(?:</?[a-z]{0,4}\Z)?", re.IGNORECASE)
_UNSEEN = " \t\r\n\ufeff\u200b"
_MOST_BLANK = 400  # characters of which it is looked at whether they are blank
_MOST_UNKNOWN = 1000  # characters after which an answer is taken for a reply
_OTHER_ROLES = re.compile(r"user|system|tool|developer|human", re.IGNORECASE)
_MOST_HEADING = 200  # characters
_HIDDEN = ("analysis", "commentary", "thought")  # channels that are not for the reader


class ReplyReader:
    """Takes what a model writes, in pieces, and gives back the reply.

    Left out are thoughts and the tags or tokens around them, in the formats of the models that are in use; wrappers
    around the reply; the tokens that begin and end turns, and what follows the last. Where a template has opened the
    thoughts itself, all before their end is left out. Marks that the texts of the request have are text, but for
    thoughts at the very beginning.

    Held back are a mark that is not whole, and a beginning that reads like thoughts until their end.

    Args:
        texts: of the request, as its user wrote them.
        aloud: whether this model is known to begin with thoughts that nothing announces.

    Attributes:
        aloud: whether thoughts that nothing announced came before the reply.
    """

    def __init__(self, texts: Iterable[str] = (), *, aloud: bool = False) -> None:
        said = "\n".join(texts)
        self.aloud = False
        self._own = marks_in(said)
        self._said = said.lower()
        self._opening: Literal["reply", "thoughts", "unknown"] = "thoughts" if aloud else "unknown"
        self._mode: Literal["reply", "thoughts", "heading", "over"] = "reply"
        self._rest = ""
        self._held: list[str] = []
        self._reply: list[str] = []
        self._front: str | None = ""  # of the reply, as long as it is blank
        self._stripping = False
        self._thoughts = _Thoughts()
        self._heading = _Heading()
        self._wrapped: set[str] = set()
        self._struck = 0
        self._final = False

    @property
    def text(self) -> str:
        """The reply so far, without what is held back."""
        return "".join(self._reply)

    def feed(self, text: str) -> str:
        """Take more, and return what may be shown of the reply."""
        text, position = self._rest + text, 0
        while mark := find_mark(text, position):
            self._take(text[position : mark.start])
            self._look_for_lead()
            self._step(mark, text[mark.start : mark.end])
            position = mark.end
        end = begun_mark(text, position)
        self._take(text[position:end])
        self._rest = text[end:]
        return self._release(final=False)

    def finish(self) -> str:
        """Return what was held back."""
        rest, self._rest = self._rest, ""
        if not rest.startswith(("<|", "<\uff5c", "[|")):  # a token that was cut off
            self._take(rest)
        if self._mode == "thoughts" and self._thoughts.reply is not None:
            last = "".join(self._thoughts.reply)
            self._restart()
            self._take(last)
        return self._release(final=True)

    def _take(self, text: str) -> None:
        """Put text where it belongs."""
        if self._mode == "reply":
            self._add(text)
        elif self._mode == "thoughts":
            if (rest := self._thoughts.add(text)) is not None:
                self._restart()
                self._add(rest)
        elif self._mode == "heading" and (rest := self._heading.add(text)) is not None:
            self._begin_turn()
            self._take(rest)

    def _add(self, text: str) -> None:
        """Add text to the reply; white space where something was left out goes with it."""
        if self._stripping:
            text = text.lstrip()
            self._stripping = not text
        if not text:
            return
        self._held.append(text)
        if self._front is not None:
            self._front += text
            blank = len(self._front) < _MOST_BLANK and _BLANK.fullmatch(self._front)
            self._front = self._front if blank else None

    def _release(self, *, final: bool) -> str:
        """Return what is clear of the reply."""
        if not final and self._front is not None:
            return ""
        self._look_for_lead()
        if self._opening == "unknown":
            text = "".join(self._held)
            self._opening = read_opening(text, self._said, final=final or len(text) > _MOST_UNKNOWN)
        if self._opening == "unknown" or (self._opening == "thoughts" and not final):
            return ""
        clear = "".join(self._held)
        self._held.clear()
        self._reply += [clear] if clear else []
        return clear

    def _look_for_lead(self) -> None:
        """Begin thoughts where the answer's first words are known for it."""
        if self._opening != "unknown" or self._mode != "reply" or self._front is not None:
            return
        text = "".join(self._held)
        if ends := ends_of_lead(text):
            self._mode, self._opening, self._front = "thoughts", "reply", ""
            self._held.clear()
            self._thoughts = _Thoughts(ends)
            self._take(text)

    def _step(self, mark: Mark, written: str) -> None:
        """Do what a mark says, or take it for text."""
        if self._mode == "thoughts":
            self._think_on(mark, written)
        elif self._is_text(mark, written):
            self._take(written)
        elif mark.role == "think":
            self._think(mark)
        elif mark.role == "wrap":
            self._wrap(mark)
        elif mark.role == "header":
            self._mode = "heading"
            self._heading.begin(by_line=mark.name == "line")
        elif mark.role == "body":
            self._begin_turn()
        elif mark.role != "noise" and self._front is None:
            self._mode = "over"

    def _is_text(self, mark: Mark, written: str) -> bool:
        """Tell whether a mark is the reply's own: the request has such marks, or it has a meaning in HTML."""
        if mark.role == "strike":
            self._struck += -1 if mark.closes else 1
            return not mark.closes or self._struck >= 0 or mark.key in self._own
        if mark.name == DETAILS and mark.closes:
            return True
        if mark.name in OUTER:
            return mark.name not in self._wrapped if mark.closes else self._front is None or mark.key in self._own
        if mark.key not in self._own:
            return False
        leads = mark.role == "think" and not mark.closes and self._front is not None
        return not leads or self._said.lstrip().startswith((written.lower(), written.lower().replace("<", "&lt;")))

    def _think(self, mark: Mark) -> None:
        """Begin thoughts; or leave out what came before their end, where they were not announced."""
        if self._mode == "over":
            return
        if mark.closes:
            self.aloud = self.aloud or self._front is None
            self._restart()
        else:
            self._hide()

    def _hide(self) -> None:
        """Begin thoughts."""
        self._mode, self._thoughts = "thoughts", _Thoughts()
        if self._front is not None and not self._front.strip(_UNSEEN):
            self._held.clear()

    def _think_on(self, mark: Mark, written: str) -> None:
        """Look for the end of thoughts."""
        if mark.role == "header":
            self._mode = "heading"
            self._heading.begin(by_line=mark.name == "line")
        elif mark.role == "think" and self._thoughts.step(mark):
            self._mode, self._opening = "reply", "reply"
            self._stripping = self._front is not None or (self._held or self._reply)[-1][-1:].isspace()
        elif mark.role == "wrap" and mark.name not in OUTER and not mark.closes and mark.key not in self._own:
            self._thoughts.reply = []
        elif mark.key in self._own and mark.role != "think":
            self._take(written)

    def _wrap(self, mark: Mark) -> None:
        """Begin the reply anew in a wrapper; what follows it is none."""
        if mark.closes:
            self._mode = "over" if self._front is None else self._mode
        elif self._mode == "reply":
            self._wrapped.add(mark.name)
            self._restart()

    def _begin_turn(self) -> None:
        """Begin what a heading announced: the reply, thoughts, or what another one says."""
        heading = self._heading.take()
        if "final" in heading and not self._final:
            self.aloud = self.aloud or self._front is None
            self._final = True
            self._restart()
        elif any(name in heading for name in _HIDDEN):
            self._hide()
        elif _OTHER_ROLES.match(heading) or self._front is None:
            self._mode = "over"
        else:
            self._restart()

    def _restart(self) -> None:
        """Begin the reply: what came before was none."""
        self._mode, self._opening, self._front, self._stripping = "reply", "reply", "", True
        self._held.clear()
        self._reply.clear()


class _Thoughts:
    """Thoughts that are open.

    Args:
        ends: words that end them, in small letters; none where a mark does.

    Attributes:
        reply: what follows the last end that may be theirs: the reply, if no other end comes.
    """

    def __init__(self, ends: tuple[str, ...] = ()) -> None:
        self._ends = ends
        self._depth = 1
        self._tail = ""
        self.reply: list[str] | None = None

    def add(self, text: str) -> str | None:
        """Take more; return what follows the words that end them."""
        if self.reply is not None:
            self.reply.append(text)
        if not self._ends:
            return None
        self._tail = self._tail[-LONGEST_END:] + text
        small = self._tail.lower()
        found = [start + len(end) for end in self._ends if (start := small.find(end)) >= 0]
        return self._tail[min(found) :] if found else None

    def step(self, mark: Mark) -> bool:
        """Take a mark of thoughts, and tell whether they are over."""
        self._depth += -1 if mark.closes else 1
        if mark.closes:
            self.reply = []
        return self._depth <= 0


class _Heading:
    """The heading of a turn: who speaks, and in which channel."""

    def __init__(self) -> None:
        self._text = ""
        self._by_line = False

    def begin(self, *, by_line: bool) -> None:
        """Begin one; in harmony, the channel follows the role."""
        self._by_line = by_line

    def add(self, text: str) -> str | None:
        """Take more; return what follows it, where a line end closes it or it is none."""
        self._text += text
        first, line_end, rest = self._text.partition("\n")
        if not (self._by_line and line_end) and len(self._text) <= _MOST_HEADING:
            return None
        self._text = first
        return rest

    def take(self) -> str:
        """Return what it says, in small letters, and forget it."""
        text, self._text = self._text.strip().lower(), ""
        return text
