"""Reading what a report of usage is asked for, each error naming the parameter at fault."""

from datetime import date, datetime
from typing import Any, cast, get_args
from zoneinfo import ZoneInfo

from assistant.errors import InvalidRequestError
from assistant.usage.pieces import Range
from assistant.usage.views import Filters, Grouping
from assistant.web.operation import Parameter
from assistant.web.parameters import Connection, read_number, read_one
from messages.sentences import Sentence

_GROUPINGS = get_args(Grouping)
_FORMATS = ("json", "csv")
_DAYS = 30
_MOST_DAYS = 366
_MOST_DAYS_BY_HOUR = 31
_MOST_MINUTES = 1440
_HOUR = 60
_DATE = {"type": "string", "format": "date"}
_TEXT = {"type": "string"}
_ID = {"type": "integer"}
_TEXTS = {
    "prompt": "prompt_key",
    "version": "prompt_version",
    "provider": "provider",
    "model": "model",
    "error": "error",
}
_IDS = {"agent": "agent_id", "team": "teams"}

RANGE = (Parameter(name="from", schema=_DATE), Parameter(name="to", schema=_DATE))
QUERY = (
    *RANGE,
    Parameter(name="by", schema={"type": "string", "enum": list(_GROUPINGS), "default": "day"}),
    Parameter(name="tz", schema={"type": "string", "default": "UTC"}),
    *(Parameter(name=name, schema=_TEXT) for name in _TEXTS),
    *(Parameter(name=name, schema=_ID) for name in _IDS),
    Parameter(name="format", schema={"type": "string", "enum": list(_FORMATS), "default": "json"}),
)


def read_range(connection: Connection) -> Range:
    """Read `from`, `to` and `tz`: the last 30 days unless asked otherwise.

    Raises:
        InvalidRequestError: one of them can't be read, or the days are too many or in the wrong order.
    """
    zone = _read_zone(connection)
    last = _read_date(connection, "to") or datetime.now(zone).date()
    first = _read_date(connection, "from") or date.fromordinal(max(1, last.toordinal() - _DAYS + 1))
    if first > last:
        raise InvalidRequestError("from", Sentence("must not be after 'to'"))
    if (last - first).days >= _MOST_DAYS:
        raise InvalidRequestError(
            "from", Sentence("the period may have at most {days} days, both ends included", days=_MOST_DAYS)
        )
    return Range(first=first, last=last, zone=zone)


def read_grouping(connection: Connection, days: Range) -> Grouping:
    """Read `by`: days unless asked otherwise.

    Raises:
        InvalidRequestError: there is nothing like that, or there are too many days for hours.
    """
    by = cast("Grouping", _read_choice(connection, "by", _GROUPINGS, "day"))
    if by == "hour" and (days.last - days.first).days >= _MOST_DAYS_BY_HOUR:
        raise InvalidRequestError(
            "by", Sentence("by hour the period may have at most {days} days; ask by day", days=_MOST_DAYS_BY_HOUR)
        )
    return by


def read_format(connection: Connection) -> bool:
    """Read whether `format` is a table; raises InvalidRequestError for what is no format."""
    return _read_choice(connection, "format", _FORMATS, "json") == "csv"


def read_filters(connection: Connection) -> Filters:
    """Read what the report is about; raises InvalidRequestError for an id that is none."""
    texts = {column: read_one(connection, name) for name, column in _TEXTS.items()}
    ids = {column: read_number(connection, name) for name, column in _IDS.items()}
    found: dict[str, Any] = {**texts, **ids}
    return {column: value for column, value in found.items() if value is not None}


def read_minutes(connection: Connection) -> int:
    """Read `minutes`, 60 unless asked otherwise; raises InvalidRequestError if they are too few or too many."""
    minutes = read_number(connection, "minutes")
    if minutes is None:
        return _HOUR
    if not 1 <= minutes <= _MOST_MINUTES:
        raise InvalidRequestError("minutes", Sentence("must be a whole number from 1 to {most}", most=_MOST_MINUTES))
    return minutes


def _read_choice(connection: Connection, name: str, choices: tuple[str, ...], default: str) -> str:
    value = read_one(connection, name)
    if value is not None and value not in choices:
        raise InvalidRequestError(name, Sentence("must be one of {choices}", choices=", ".join(choices)))
    return value or default


def _read_zone(connection: Connection) -> ZoneInfo:
    name = read_one(connection, "tz") or "UTC"
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):  # the name becomes a path, which may be too long, or a folder's
        reason = Sentence("must be a time zone like Europe/Berlin")
        raise InvalidRequestError("tz", reason) from None


def _read_date(connection: Connection, name: str) -> date | None:
    value = read_one(connection, name)
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise InvalidRequestError(name, Sentence("must be a date like 2026-11-30")) from None
