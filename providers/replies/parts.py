"""The parts of an answer that are open: thoughts, headings of turns, and marks of which only what follows tells."""

from msgspec import Struct

from providers.replies.marks import NOTES, Mark
from providers.replies.openings import LONGEST_END
from providers.replies.places import LOOKED_AT, begins_line, stands_inside

_MOST_HEADING = 200  # characters


class Thoughts:
    """Thoughts that are open.

    Args:
        ends: words that end them, in small letters; none where a mark does.
        name: of the element that holds them.
        written: the mark that began them, if it may turn out to be text.

    Attributes:
        reply: what follows the last end that may be theirs: the reply, if no other end comes.
        name: of the element that holds them.
        written: the mark that began them, if it may turn out to be text.
        said: all that they said, with its marks.
    """

    def __init__(self, ends: tuple[str, ...] = (), *, name: str = "", written: str | None = None) -> None:
        self._ends = ends
        self._depth = 1
        self._tail = ""
        self._wrapper: str | None = None
        self._wrapped: list[str] = []
        self._sealed = False
        self.name = name
        self.written = written
        self.said: list[str] = []
        self.reply: list[str] | None = None

    def add(self, text: str) -> str | None:
        """Take more; return what follows the words that end them."""
        self.said.append(text)
        if self.reply is not None and not self._sealed:
            self.reply.append(text)
        if self._wrapper is not None:
            self._wrapped.append(text)
        self._tail = self._tail[-LOOKED_AT:] + text
        if not self._ends:
            return None
        seen = self._tail[-LONGEST_END - len(text) :]
        small = seen.lower()
        found = [start + len(end) for end in self._ends if (start := small.find(end)) >= 0]
        return seen[min(found) :] if found else None

    def step(self, mark: Mark, written: str) -> bool:
        """Take a mark of thoughts, and tell whether they are over."""
        self.said.append(written)
        if mark.name in NOTES and mark.name != self.name:
            return False
        self._depth += -1 if mark.closes else 1
        if mark.closes:
            self.reply, self._sealed = [], False
        return self._depth <= 0

    def wrap(self, mark: Mark, written: str) -> None:
        """Take a mark of a wrapper: the reply may stand in it, where the end of the thoughts was forgotten."""
        if mark.closes and mark.name == self._wrapper:
            self.reply, self._wrapper, self._sealed = self._wrapped, None, True
        elif not mark.closes and begins_line(self._tail):
            self._wrapper, self._wrapped = mark.name, []
        self.said.append(written)

    def speaks_of(self, after: str) -> bool:
        """Tell whether a mark at this place, with this text after it, is one that the thoughts speak of."""
        return stands_inside(self._tail, after)


class Heading:
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


class Doubt(Struct, kw_only=True):
    """A mark that is one only if what follows closes it; what came before it is kept until then.

    Attributes:
        mark: what may be one.
        written: how.
        around: whether it has to hold the whole answer.
        shown: what was shown of the reply before it.
        held: what was held back.
        after: what follows it, with its marks.
    """

    mark: Mark
    written: str
    around: bool
    shown: list[str]
    held: list[str]
    after: list[str]

    def holds(self) -> bool:
        """Tell, at the end of the answer, whether it was one; one that was closed is out of doubt before."""
        if not self.around:
            return False
        after, end = "".join(self.after).strip().lower(), f"</{self.mark.name}>"
        ends = after.count(end)
        closed = ends == 1 and after.endswith(end)
        return f"<{self.mark.name}>" not in after and (closed or (self.mark.role == "strike" and not ends))
