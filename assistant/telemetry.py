"""Logs for operators: one JSON object a line, with a request id, and never a text or a key."""

import asyncio
import contextlib
import logging
import re
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TextIO

import msgspec

from assistant.settings import Settings

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that is being served; every line logged meanwhile carries it."""

_OURS = ("assistant", "prompts", "providers")
"""Loggers that the level is for. All others print requests below WARNING, with keys and cookies."""
_OF_OBJECTS = ("asyncio", "concurrent")
"""Loggers that show objects with all that they hold: arguments of callbacks, errors with their words."""
_OBJECT = re.compile(r"[<(\[{'\"]")
"""How an object begins, where it is shown."""


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

    def warning(self, event: str, **fields: object) -> None:
        """Say what an operator should look at some time."""
        self._write(logging.WARNING, event, fields)

    def error(self, event: str, *, exception: BaseException | None = None, **fields: object) -> None:
        """Say what an operator should look at now."""
        self._write(logging.ERROR, event, fields, exception)

    def _write(self, level: int, event: str, fields: dict[str, object], exception: BaseException | None = None) -> None:
        if self._logger.isEnabledFor(level):
            self._logger.log(level, "%s", event, exc_info=exception, extra={"fields": fields})


log = Log("assistant")


class LineFormatter(logging.Formatter):
    """Makes one line of a record: JSON for machines, or words for a person at a terminal."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self._form = form

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        members = _members(record)
        if self._form == "json":
            return msgspec.json.encode(members, enc_hook=str).decode()
        head = " ".join(str(members.pop(name)) for name in ("timestamp", "level", "event"))
        trace = members.pop("exception", "")
        return f"{head} {' '.join(f'{name}={_shown(value)}' for name, value in members.items())}\n{trace}".rstrip()


_second: tuple[int, str] = (0, "")


def _moment(created: float) -> str:
    """Write a moment to the millisecond; the second that it is in is written once for all its lines."""
    global _second  # noqa: PLW0603 - the last second, written
    whole = int(created)
    if whole != _second[0]:
        _second = (whole, datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%S"))
    return f"{_second[1]}.{int((created - whole) * 1000):03}+00:00"


def _members(record: logging.LogRecord) -> dict[str, Any]:
    members: dict[str, Any] = {
        "timestamp": _moment(record.created),
        "level": record.levelname.lower(),
        "event": _said(record),
        "logger": record.name,
    }
    if request_id.get():
        members["request_id"] = request_id.get()
    members.update(getattr(record, "fields", {}))
    if record.exc_info and record.exc_info[1] is not None:
        members["exception"] = _where(record.exc_info[1])
    return members


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


def _where(error: BaseException) -> str:
    """Name the error's kind and the lines that it passed; its message is left out, since it may quote a text."""
    frames = traceback.extract_tb(error.__traceback__)
    return "\n".join([type(error).__qualname__, *(f"  {each.filename}:{each.lineno} {each.name}" for each in frames)])


class TurnHandler(logging.StreamHandler[TextIO]):
    """Writes the lines of one turn of the event loop together: a write for each would cost more than the line."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Take a line; it is written before the loop waits for anything, and at once where there is none."""
        try:
            self._lines.append(self.format(record))
            if len(self._lines) == 1:
                asyncio.get_running_loop().call_soon(self.flush)
        except RuntimeError:
            self.flush()
        except Exception:  # noqa: BLE001 - logging's own way with what goes wrong in it
            self.handleError(record)

    def flush(self) -> None:
        """Write what was taken."""
        with self.lock or contextlib.nullcontext():
            lines, self._lines = self._lines, []
            if lines:
                self.stream.write("\n".join([*lines, ""]))
            super().flush()


def configure_logging(settings: Settings) -> None:
    """Send every log line to standard output in the chosen format: ours from the chosen level on, others' warnings."""
    # What no line of ours shows is left out (logging HOWTO, "Optimization").
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # noqa: SLF001 - the documented way
    handler = TurnHandler(sys.stdout)
    handler.setFormatter(LineFormatter(settings.log_format))
    handler.addFilter(_may_be_shown)
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.WARNING))
    for name in _OURS:
        logging.getLogger(name).setLevel(level)
