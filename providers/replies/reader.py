"""Reads the reply out of what a model writes: without its thoughts, and without what its format leaves around it."""

import re
from collections.abc import Iterable
from typing import Literal

from providers.replies.marks import NOTES, OUTER, Mark, begun_mark, find_mark, may_hold_mark
from providers.replies.openings import is_reply_after_all, label_end, lead_ends, read_opening
from providers.replies.own_marks import OwnMarks
from providers.replies.parts import Doubt, Heading, Thoughts
from providers.replies.places import LOOKED_AT, MOST_ANNOUNCED, UNSEEN, goes_on
from providers.replies.speech import Place, Speech

_BLANK = re.compile(
    r"(?>(?:[\s\ufeff\u200b]|</?(?:p|div|span|br)(?:\s[^<>]*+)?/?>)*)(?:</?[a-z]{0,4}\Z)?", re.IGNORECASE
)
_MOST_BLANK = 400  # characters of which it is looked at whether they are blank
_MOST_UNKNOWN = 1000  # characters after which an answer is taken for a reply
_OTHER_ROLES = re.compile(r"user|system|tool|developer|human", re.IGNORECASE)
_SHOWN = ("final", "answer", "response", "reply")  # channels for the reader
_HIDDEN = ("analysis", "commentary", "thought", "think", "reason", "reflect")  # and others
_LEAD = "|lead"  # name of thoughts that known words begin


class ReplyReader:
    """Takes what a model writes, in pieces, and gives back the reply.

    Left out are thoughts and the tags or tokens around them, in the formats of the models that are in use; wrappers
    around the reply; the tokens that begin and end turns, and what follows the last. Where a template has opened the
    thoughts itself, all before their end is left out. Marks that the texts of the request have are text, but for
    thoughts at the very beginning; so are those that stand between words, and those that have to be closed and are not.

    Held back are a mark that is not whole, and a beginning that reads like thoughts until their end.

    Args:
        texts: of the request, as its user wrote them.
        aloud: whether this model is known to begin with thoughts that nothing announces.

    Attributes:
        aloud: whether thoughts that nothing announced came before the reply.
    """

    def __init__(self, texts: Iterable[str] = (), *, aloud: bool = False) -> None:
        texts = tuple(texts)
        self.aloud = False
        self._own = OwnMarks(texts)
        self._said = "\n".join(texts).lower()
        self._looked = False  # for a lead, at more than enough of the beginning
        self._opening: Literal["reply", "thoughts", "unknown"] = "thoughts" if aloud else "unknown"
        self._mode: Literal["reply", "thoughts", "heading", "over"] = "reply"
        self._rest = ""
        self._held: list[str] = []
        self._reply: list[str] = []
        self._front: str | None = ""  # of the reply, as long as it is blank
        self._before = ""  # the end of the reply so far
        self._stripping = False
        self._thoughts = Thoughts()
        self._heading = Heading()
        self._doubt: Doubt | None = None
        self._notes: list[str] = []  # of the model, which are the reply if no other comes
        self._speech = Speech(self._own)
        self._final = False
        self._trusting = True  # whether what is in doubt may still turn out to be a mark

    @property
    def text(self) -> str:
        """The reply so far, without what is held back."""
        return "".join(self._reply)

    def feed(self, text: str) -> str:
        """Take more, and return what may be shown of the reply."""
        if text and self._flows and not may_hold_mark(text):
            self._before = self._before[-MOST_ANNOUNCED:] + text[-MOST_ANNOUNCED - 1 :]
            self._reply.append(text)
            return text
        self._read(self._rest + text, final=False)
        return self._release(final=False)

    @property
    def _flows(self) -> bool:
        """Whether the reply has begun, nothing is held back, and so text is shown as it is."""
        begun = self._mode == "reply" and self._opening == "reply" and self._front is None
        return begun and not (self._rest or self._held or self._stripping or self._doubt is not None)

    def finish(self) -> str:
        """Return what was held back."""
        self._read(self._rest, final=True)
        self._end_thoughts()
        doubt, self._doubt = self._doubt, None
        if doubt is not None and not doubt.holds():
            self._take_back(doubt)
            self._end_thoughts()
        if self._front is not None and self._notes:
            self._add_notes()
        return self._release(final=True)

    def _read(self, text: str, *, final: bool) -> None:
        """Take text apart; a mark waits for what follows it."""
        self._rest, position = "", 0
        if not may_hold_mark(text):
            self._pass(text)
            return
        while mark := find_mark(text, position):
            after = text[mark.end : mark.end + LOOKED_AT]
            self._pass(text[position : mark.start])
            if not final and len(after) < LOOKED_AT and not after.strip(" \t\u00a0"):
                self._rest = text[mark.start :]
                return
            self._look_for_lead()
            self._keep(text[mark.start : mark.end])
            self._step(mark, text[mark.start : mark.end], after)
            position = mark.end
        end = begun_mark(text, position)
        self._pass(text[position:end])
        self._rest = text[end:]
        if final and not self._rest.startswith(("<|", "<\uff5c", "[|")):  # a token that was cut off
            self._pass(self._rest)

    def _pass(self, text: str) -> None:
        self._keep(text)
        self._take(text)

    def _keep(self, text: str) -> None:
        """Keep what follows a mark that is in doubt."""
        if self._doubt is not None:
            self._doubt.after.append(text)

    def _end_thoughts(self) -> None:
        """Find the reply in thoughts that no mark ended, or take them for it."""
        if self._mode != "thoughts":
            return
        thoughts, self._thoughts = self._thoughts, Thoughts()
        if thoughts.reply is not None:
            self._go_on()
            self._take("".join(thoughts.reply))
        elif thoughts.written is not None:
            said = "".join(thoughts.said)
            if thoughts.name == _LEAD and not is_reply_after_all(said, self._said):
                return
            self._mode, self._opening, self._trusting, self._stripping = "reply", "reply", False, False
            self._add(thoughts.written)
            self._read(said, final=True)

    def _take_back(self, doubt: Doubt) -> None:
        """Take a mark that was in doubt for text."""
        self._restart()
        self._reply, self._held = doubt.shown, []
        self._stripping, self._trusting = False, False
        self._before = "".join(doubt.shown)[-MOST_ANNOUNCED - 1 :]
        self._speech.take_back(doubt.mark)
        self._front = None if doubt.shown else ""
        for text in (*doubt.held, doubt.written):
            self._add(text)
        self._read("".join(doubt.after), final=True)

    def _add_notes(self) -> None:
        """Give back what looked like notes before a reply that never came."""
        self._mode, self._stripping = "reply", False
        self._add("".join(self._notes))

    def _take(self, text: str) -> None:
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
        self._before = self._before[-MOST_ANNOUNCED:] + text[-MOST_ANNOUNCED - 1 :]
        if self._front is not None:
            self._front += text
            blank = len(self._front) < _MOST_BLANK and _BLANK.fullmatch(self._front)
            self._front = self._front if blank else None

    def _release(self, *, final: bool) -> str:
        if not final and (self._front is not None or self._doubt is not None):
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
        if self._opening != "unknown" or self._mode != "reply" or self._front is not None or not self._trusting:
            return
        if self._looked:
            return
        text = "".join(self._held)
        self._looked = len(text) > _MOST_UNKNOWN
        if end := label_end(text, self._said):
            self._restart()
            self._add(text[end:])
        elif ends := lead_ends(text, self._said):
            self._mode, self._opening, self._front = "thoughts", "reply", ""
            self._held.clear()
            self._before = ""
            self._thoughts = Thoughts(ends, name=_LEAD, written="")
            self._take(text)

    def _step(self, mark: Mark, written: str, after: str) -> None:
        """Do what a mark says, or take it for text."""
        if self._mode == "thoughts":
            self._think_on(mark, written, after)
        elif self._is_text(mark, place := self._place(after)):
            self._speech.speak_of(mark)
            self._take(written)
        elif mark.role == "think":
            self._think(mark, written, place)
        elif mark.role == "wrap":
            self._wrap(mark, written, place)
        elif mark.role == "header":
            self._mode = "heading"
            self._heading.begin(by_line=mark.name == "line")
        elif mark.role == "body":
            self._begin_turn()
        elif mark.role == "strike" and not mark.closes:
            self._begin_doubt(mark, written, around=True)
        elif mark.role != "noise" and self._front is None:
            self._mode = "over"

    def _is_text(self, mark: Mark, place: Place) -> bool:
        """Tell whether a mark is the reply's own, or goes with the text that it stands in."""
        if self._mode == "over":
            return mark.role not in {"header", "body"}
        if self._mode == "heading" and mark.role not in {"think", "wrap", "strike"}:
            return self._own.has(mark)
        return self._speech.has(mark, place)

    def _place(self, after: str) -> Place:
        first = self._front is not None
        free = self._trusting and self._doubt is None
        return Place(before=self._before, after=after, first=first, free=free, trusting=self._trusting)

    def _think(self, mark: Mark, written: str, place: Place) -> None:
        """Begin thoughts; or leave out what came before their end, where they were not announced."""
        if mark.closes:
            self.aloud = self.aloud or self._front is None
            self._restart()
        else:
            self._hide(mark.name, written if self._speech.may_take_back(mark, place) else None)

    def _hide(self, name: str = "", written: str | None = None) -> None:
        if written is not None and not self._trusting:
            self._take(written)
            return
        self._mode, self._thoughts = "thoughts", Thoughts(name=name, written=written)
        if self._front is not None and not self._front.strip(UNSEEN):
            self._held.clear()

    def _think_on(self, mark: Mark, written: str, after: str) -> None:
        """Look for the end of thoughts."""
        if mark.role == "header":
            self._mode = "heading"
            self._heading.begin(by_line=mark.name == "line")
        elif mark.role == "think" and mark.closes and self._own.has(mark) and self._thoughts.speaks_of(after):
            self._take(written)
        elif mark.role == "think" and self._thoughts.step(mark, written):
            self._end_notes(after)
        elif mark.role == "wrap" and mark.name not in OUTER and not self._own.has(mark):
            self._thoughts.wrap(mark, written)
        elif mark.role != "think":
            self._take(written)

    def _end_notes(self, after: str) -> None:
        """Go on with the reply; notes are part of it where their sentence goes on, or where no other comes."""
        noted = self._thoughts.name in NOTES and self._thoughts.written is not None
        notes = [self._thoughts.written or "", *self._thoughts.said]
        self._go_on()
        if noted and goes_on(after):
            self._stripping = False
            self._add("".join(notes))
        elif noted:
            self._notes = notes

    def _go_on(self) -> None:
        """Go on with the reply after thoughts."""
        self._mode, self._opening = "reply", "reply"
        self._stripping = self._front is not None or (self._held or self._reply)[-1][-1:].isspace()

    def _wrap(self, mark: Mark, written: str, place: Place) -> None:
        """Begin the reply again in a wrapper; what follows it is none."""
        if mark.closes:
            self._mode = "over" if self._front is None else self._mode
            if self._doubt is not None and self._doubt.mark.name == mark.name and not self._doubt.around:
                self._doubt = None
        elif self._mode == "reply":
            if self._speech.needs_end(mark, place):
                self._begin_doubt(mark, written, around=self._own.has(mark))
            self._speech.wrap(mark)
            self._restart()

    def _begin_doubt(self, mark: Mark, written: str, *, around: bool) -> None:
        """Wait for what closes a mark; at the end of the answer at the latest it is known whether it is one."""
        if self._trusting and self._doubt is None:
            kept = {"shown": list(self._reply), "held": list(self._held)}
            self._doubt = Doubt(mark=mark, written=written, around=around, after=[], **kept)
            self._opening = "reply"

    def _begin_turn(self) -> None:
        """Begin what a heading announced: the reply, thoughts, or what another one says."""
        heading = self._heading.take()
        if not self._final and any(name in heading for name in _SHOWN):
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
        self._before = ""
        self._held.clear()
        self._reply.clear()
