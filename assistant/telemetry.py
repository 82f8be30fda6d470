"""Logs for operators: one JSON object a line, with a request id, and never a text or a key."""

import asyncio
import contextlib
import json
import logging
import re
import sys
import time
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Protocol, TextIO, TypeAlias

import msgspec

from assistant.settings import Settings

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that is being served; every line logged meanwhile carries it."""

_OURS = ("assistant", "prompts", "providers")
"""Loggers that the level is for. All others print requests below WARNING, with keys and cookies."""
_OF_OBJECTS = ("asyncio", "concurrent")
"""Loggers that show objects with all that they hold: arguments of callbacks, errors with their words."""
_LEVELS = {logging.INFO: "info", logging.WARNING: "warning", logging.ERROR: "error"}
_TOGETHER = 0.02  # seconds
_OF_RECORDS = frozenset(("timestamp", "level", "event", "logger", "request_id"))
"""Members that a record of `logging` has by itself, or gets from where it is made."""
_OBJECT = re.compile(r"[<(\[{'\"]")
"""How an object begins, where it is shown."""


class Later(Protocol):
    """Something that happened, of which a line of level INFO is made when it is written; no one changes it any more."""

    def members(self) -> dict[str, object]:
        """Return what the line says, in its order."""
        ...

    def json(self) -> str:
        """Return the same as JSON."""
        ...


_encode = msgspec.json.Encoder(enc_hook=str).encode
_Taken: TypeAlias = str | Later
"""A line that waits to be written."""


class Log:
    """Writes events with fields: `log.info("provider switched", model="m")`.

    Args:
        name: of the logger below, by which operators filter.
    """

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    def info(self, event: str, **fields: object) -> None:
        """Say what happened."""
        self._write(logging.INFO, event, fields)

    def later(self, happened: Later) -> None:
        """Say what happened, in a line that is made when it is written: others' answers don't wait for it."""
        if not self._logger.isEnabledFor(logging.INFO):
            return
        handler = _only_handler()
        if handler is not None:
            handler.add(happened)
            return
        members = happened.members()
        fields = {name: value for name, value in members.items() if name not in _OF_RECORDS}
        self._logger.info("%s", members["event"], extra={"fields": fields})

    def warning(self, event: str, **fields: object) -> None:
        """Say what an operator should look at some time."""
        self._write(logging.WARNING, event, fields)

    def error(self, event: str, *, exception: BaseException | None = None, **fields: object) -> None:
        """Say what an operator should look at now."""
        self._write(logging.ERROR, event, fields, exception)

    def _write(self, level: int, event: str, fields: dict[str, object], exception: BaseException | None = None) -> None:
        if not self._logger.isEnabledFor(level):
            return
        handler = _only_handler()
        if handler is not None:
            members = _members(time.time(), level, event, self._logger.name, fields=fields, exception=exception)
            handler.take(members, level)
        else:
            self._logger.log(level, "%s", event, exc_info=exception, extra={"fields": fields})


log = Log("assistant")


def _only_handler() -> "LineHandler | None":
    """Return what writes lines where no one else listens: there is no need for a record then."""
    handlers = logging.root.handlers
    return handlers[0] if len(handlers) == 1 and isinstance(handlers[0], LineHandler) else None


_second: tuple[int, str] = (0, "")


def moment(created: float) -> str:
    """Write a moment to the millisecond; the second that it is in is written once for all its lines."""
    global _second  # noqa: PLW0603 - the last second, written
    whole = int(created)
    if whole != _second[0]:
        _second = (whole, datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%S"))
    return f"{_second[1]}.{int((created - whole) * 1000):03}+00:00"


def _members(
    created: float, level: int, event: str, logger: str, *, fields: dict[str, object], exception: BaseException | None
) -> dict[str, object]:
    """Return what a line says, in its order."""
    members: dict[str, object] = {
        "timestamp": moment(created),
        "level": _LEVELS.get(level) or logging.getLevelName(level).lower(),
        "event": event,
        "logger": logger,
    }
    if served := request_id.get():
        members["request_id"] = served
    members.update(fields)
    if exception is not None:
        members["exception"] = _where(exception)
    return members


def _members_of(record: logging.LogRecord) -> dict[str, object]:
    fields: dict[str, object] = getattr(record, "fields", {})
    exception = record.exc_info[1] if record.exc_info else None
    return _members(record.created, record.levelno, _said(record), record.name, fields=fields, exception=exception)


def _said(record: logging.LogRecord) -> str:
    """Return what a record says; of a logger that shows objects, the words and numbers before and between them."""
    if record.name.partition(".")[0] not in _OF_OBJECTS:
        return record.getMessage()
    head = _OBJECT.split(str(record.msg).partition("\n")[0])[0].rstrip()
    if not isinstance(record.args, tuple):  # a mapping
        return head
    try:
        return head % tuple(each if isinstance(each, int | float) else "…" for each in record.args)
    except (TypeError, ValueError):  # it has other places than arguments
        return head


def _may_be_shown(record: logging.LogRecord) -> bool:
    """Tell whether a record is ours or a warning: some libraries set their loggers' levels themselves."""
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] in _OURS


def _shown(value: object) -> str:
    """Quote what could forge a line or move a terminal's cursor."""
    text = str(value)
    return text if text.isprintable() else repr(text)


def _later_json(happened: Later) -> str:
    return happened.json()


def _later_words(happened: Later) -> str:
    return _words(happened.members())


def _where(error: BaseException) -> str:
    """Name the error's kind and the lines that it passed; its message is left out, since it may quote a text."""
    frames = traceback.extract_tb(error.__traceback__)
    return "\n".join([type(error).__qualname__, *(f"  {each.filename}:{each.lineno} {each.name}" for each in frames)])


def _json(members: dict[str, object]) -> str:
    """Make a line for machines."""
    try:
        return _encode(members).decode()
    except UnicodeEncodeError:  # half a surrogate pair, as a path may hold it
        return json.dumps(members, default=str)


def _words(members: dict[str, object]) -> str:
    """Make a line of words for a person at a terminal."""
    head = " ".join(str(members.pop(name)) for name in ("timestamp", "level", "event"))
    trace = members.pop("exception", "")
    return f"{head} {' '.join(f'{name}={_shown(value)}' for name, value in members.items())}\n{trace}".rstrip()


class LineHandler(logging.StreamHandler[TextIO]):
    """Writes lines, those of a moment together: a write for each would cost more than the line.

    Args:
        stream: where they are written.
        form: `json`, or words for a person at a terminal.

    Attributes:
        at_once: whether each line is written as it comes.
    """

    at_once = False

    def __init__(self, stream: TextIO, form: str) -> None:
        super().__init__(stream)
        self._line = _json if form == "json" else _words
        self._later = _later_json if form == "json" else _later_words
        self._lines: list[_Taken] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Take what a library, or ours for more than one handler, has said."""
        try:
            self.take(_members_of(record), record.levelno)
        except Exception:  # noqa: BLE001 - logging's own way with what goes wrong in it
            self.handleError(record)

    def take(self, members: dict[str, object], level: int) -> None:
        """Take a line; it is written within 20 ms, and at once if it is a warning or no event loop runs."""
        self.add(self._line(members))
        if level >= logging.WARNING:
            self.flush()

    def add(self, line: _Taken) -> None:
        """Take a line that no one changes any more; likewise."""
        self._lines.append(line)
        if self.at_once:
            self.flush()
        elif len(self._lines) == 1:
            try:
                asyncio.get_running_loop().call_later(_TOGETHER, self.flush)
            except RuntimeError:
                self.flush()

    def flush(self) -> None:
        """Write what was taken."""
        with self.lock or contextlib.nullcontext():
            lines, self._lines = self._lines, []
            if self.stream.closed:  # nowhere to write any more
                return
            if lines:
                made = [line if isinstance(line, str) else self._later(line) for line in lines]
                self.stream.write("\n".join([*made, ""]))
            super().flush()


def write_at_once() -> None:
    """Write each line as it comes from now on: a worker may end at any moment, and flushes nothing then."""
    for handler in logging.root.handlers:
        if isinstance(handler, LineHandler):
            handler.at_once = True
            handler.flush()


def configure_logging(settings: Settings) -> None:
    """Send every log line to standard output in the chosen format: ours from the chosen level on, others' warnings."""
    # What no line of ours shows is left out (logging HOWTO, "Optimization").
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # noqa: SLF001 - the documented way
    handler = LineHandler(sys.stdout, settings.log_format)
    handler.addFilter(_may_be_shown)
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.WARNING))
    for name in _OURS:
        logging.getLogger(name).setLevel(level)
