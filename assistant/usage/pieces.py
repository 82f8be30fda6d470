"""The parts of a range of time, and where each of them is read: from sums as far as they are, else from the rows."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from assistant.usage.rollups import DAY, month_after
from assistant.usage.views import CUBE, View

_HOUR = timedelta(hours=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Range(Struct, frozen=True, kw_only=True):
    """Days in a time zone, both ends included.

    Attributes:
        first: the first day.
        last: the last day.
        zone: whose days they are. Where midnight is within an hour of UTC, that hour belongs to the day it begins in.
    """

    first: date
    last: date
    zone: ZoneInfo

    @property
    def before(self) -> "Range":
        """As many days, right before these."""
        first = max(1, 2 * self.first.toordinal() - self.last.toordinal() - 1)
        last = max(1, self.first.toordinal() - 1)
        return Range(first=date.fromordinal(first), last=date.fromordinal(last), zone=self.zone)

    @property
    def start(self) -> datetime:
        """The first full hour of the first day, in UTC."""
        return _full_hour(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The first full hour after the last day, in UTC."""
        return _full_hour(self.last + DAY, self.zone) if self.last < date.max else datetime.max.replace(tzinfo=UTC)


class Piece(Struct, frozen=True, kw_only=True):
    """A part of a range, and where it is read.

    Attributes:
        start: when it begins, in UTC.
        end: when it has ended.
        span: whether from sums by hour, by day or by month; empty: from the rows.
        view: which sums.
    """

    start: datetime
    end: datetime
    span: str = ""
    view: View | None = None


def plan_in_all(days: Range, until: datetime, view: View | None, oldest: date) -> list[Piece]:
    """Plan what needs no hours: from sums of whole days and months in UTC, and hours before and after.

    Args:
        days: the range.
        until: hours from here on are in no sums.
        view: the sums that hold what is asked for; None: only those do that keep all apart.
        oldest: the first day with sums: those of its month may be of days that are gone.
    """
    first = -(-(days.start - _EPOCH) // DAY) * DAY + _EPOCH
    last = min(_midnight(days.end), _midnight(until))
    if first >= last:
        return plan_by_hour(days, until, view)
    before, after = Piece(start=days.start, end=first), Piece(start=last, end=days.end)
    middle = Piece(start=first, end=last, span="day", view=view or CUBE)
    whole = [middle] if view else _with_months(middle, oldest)
    return [*plan_by_hour(before, until, view), *whole, *plan_by_hour(after, until, view)]


def _with_months(days: Piece, oldest: date) -> list[Piece]:
    """Cut days into those before whole months, the months, and those after them."""
    least = max(days.start, _start_of(oldest))
    if least >= days.end:
        return [days]
    first = least if least.day == 1 else _start_of(month_after(least.date()))
    last = days.end.replace(day=1)
    if first >= last:
        return [days]
    return [
        Piece(start=start, end=end, span=span, view=CUBE)
        for start, end, span in ((days.start, first, "day"), (first, last, "month"), (last, days.end, "day"))
        if start < end
    ]


def plan_by_day(days: Range, until: datetime, view: View | None) -> list[Piece]:
    """Plan days in UTC: from sums of whole days, and today."""
    edge = max(days.start, min(days.end, _midnight(until)))
    whole = Piece(start=days.start, end=edge, span="day", view=view or CUBE)
    rest = plan_by_hour(Piece(start=edge, end=days.end), until, view)
    return [whole, *rest] if whole.start < whole.end else rest


def plan_by_hour(part: Range | Piece, until: datetime, view: View | None) -> list[Piece]:
    """Plan what needs hours: from sums by hour, and the newest, or without such sums all, from the rows."""
    edge = max(part.start, min(part.end, until)) if view else part.start
    pieces = Piece(start=part.start, end=edge, span="hour", view=view), Piece(start=edge, end=part.end)
    return [piece for piece in pieces if piece.start < piece.end]


def _midnight(moment: datetime) -> datetime:
    return _start_of(moment.date())


def _start_of(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), UTC)


def _full_hour(day: date, zone: ZoneInfo) -> datetime:
    """Return the first full hour in UTC that begins on a day."""
    try:
        midnight = datetime.combine(day, datetime.min.time(), zone).astimezone(UTC)
    except OverflowError:
        return datetime.combine(day, datetime.min.time(), UTC)
    return _EPOCH + -(-(midnight - _EPOCH) // _HOUR) * _HOUR
