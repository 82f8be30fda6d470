"""Which marks of an answer are the reply's own words: it may speak of the tags that models put around theirs."""

from msgspec import Struct

from providers.replies.marks import DETAILS, NOTES, OUTER, Mark
from providers.replies.own_marks import OwnMarks
from providers.replies.places import begins_block, begins_line, goes_on, is_announcement, stands_inside


class Place(Struct, frozen=True, kw_only=True):
    """Where a mark of an answer stands.

    Attributes:
        before: the end of the reply before it.
        after: what follows it, as far as it tells something; nothing at the end of the answer.
        first: whether nothing but white space came before.
        free: whether it can be waited for what closes the mark.
        trusting: whether what is in doubt may still turn out to be a mark.
    """

    before: str
    after: str
    first: bool
    free: bool
    trusting: bool

    @property
    def inside(self) -> bool:
        """Whether it is between words of a line of the reply."""
        return not self.first and stands_inside(self.before, self.after)


class Speech:
    """Knows a reply's own marks from those of the model's format.

    Args:
        own: marks of the request, which are text in the reply too.
    """

    def __init__(self, own: OwnMarks) -> None:
        self._own = own
        self._spoken_of: set[str] = set()
        self._wrapped: set[str] = set()
        self._struck = 0

    def has(self, mark: Mark, place: Place) -> bool:
        """Tell whether a mark is text."""
        if mark.name == DETAILS and mark.closes:
            return True
        if mark.role == "strike":
            return self._strikes(mark, place)
        if mark.role == "think":
            return self._ends_no_thoughts(mark, place) if mark.closes else self._opens_no_thoughts(mark, place)
        if mark.role == "wrap":
            return self._ends_no_wrapper(mark, place) if mark.closes else self._opens_no_wrapper(mark, place)
        if self._own.has(mark):
            return not place.first or mark.role != "header" or self._own.begins_with(mark)
        return place.inside

    def speak_of(self, mark: Mark) -> None:
        """Take note of an element that is text; what closes it will be text too."""
        if mark.role in {"think", "wrap"}:
            (self._spoken_of.discard if mark.closes else self._spoken_of.add)(mark.name)

    def take_back(self, mark: Mark) -> None:
        """Take note of an element that was in doubt, and is text."""
        self.speak_of(mark)
        self._wrapped.discard(mark.name)
        self._struck = int(mark.role == "strike")

    def wrap(self, mark: Mark) -> None:
        """Take note of a wrapper around the reply."""
        self._wrapped.add(mark.name)

    def may_take_back(self, mark: Mark, place: Place) -> bool:
        """Tell whether a mark that seems to begin thoughts is text unless they end."""
        if place.first:
            return mark.name in NOTES or self._own.begins_with(mark) or (mark.vague and goes_on(place.after))
        return begins_line(place.before) and place.after.lstrip(" \t\u00a0")[:1] not in {"", "\r", "\n"}

    def needs_end(self, mark: Mark, place: Place) -> bool:
        """Tell whether a mark that seems to begin a wrapper is text unless it is closed."""
        return not place.first or self._own.has(mark) or goes_on(place.after)

    def _strikes(self, mark: Mark, place: Place) -> bool:
        """Tell whether `<s>` and `</s>` strike text through, rather than begin and end it."""
        if not mark.closes and place.first and place.free and not self._own.has(mark):
            return False
        self._struck += -1 if mark.closes else 1
        return not mark.closes or self._struck >= 0 or self._own.has(mark) or place.inside

    def _opens_no_thoughts(self, mark: Mark, place: Place) -> bool:
        if place.first:
            return self._own.begins_with(mark) and self._own.closes_thoughts
        if self._own.has(mark) or mark.vague:
            return True
        return bool(place.after) and not begins_block(place.before)

    def _ends_no_thoughts(self, mark: Mark, place: Place) -> bool:
        if mark.name in self._spoken_of or place.inside:
            return True
        if not self._own.has(mark) or not self._own.has_lone_end:
            return False
        stuck = begins_block(place.before) or place.after[:1].isalnum()
        return self._own.begins_with(mark) or not (place.first or stuck)

    def _opens_no_wrapper(self, mark: Mark, place: Place) -> bool:
        if self._own.has(mark):
            return not place.first or self._own.begins_with(mark) or not place.free
        if place.first:
            return not place.trusting and mark.name in self._spoken_of
        if mark.name in OUTER or not place.free:
            return True
        return not (begins_line(place.before) and is_announcement(place.before))

    def _ends_no_wrapper(self, mark: Mark, place: Place) -> bool:
        if mark.name in self._wrapped:
            return False
        return mark.name in OUTER or mark.name in self._spoken_of or self._own.has(mark) or place.inside
