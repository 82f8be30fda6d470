"""The program with its code loaded, which runs commands as copies of itself: most of a start is reading code.

It has imported what the program does, and has served once, so that what comes to the same at each start, and is kept
in memory, was done: the shipped prompts are compiled, the operations' signatures read, the tables mapped to classes.
A copy starts from there, with no more than that. Each has a parent that waits for its end, and tells of it by the pipe
that came with the command.
"""

import asyncio
import gc
import importlib
import logging
import os
import runpy
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
from prometheus_client import values

from tests.assistant.compiling import compiled_once
from tests.assistant.harness import service
from tests.assistant.registration import registered_once

_CODE = (
    "aiosqlite",
    "assistant.app",
    "assistant.commands.cli",
    "assistant.commands.server",
    "asyncpg",
    "genai_prices.data_snapshot",
    "granian.http",
)
_LOGGERS = ("assistant", "prompts", "providers")
_DESCRIPTORS = 4
_BYTES = 1 << 20


class Order(msgspec.Struct, frozen=True):
    """A command: what stands behind `assistant`, its folder, all of its environment, and its umask.

    With it come four descriptors: for standard input, output and error, and a pipe for the process id and the exit
    status, a line each.
    """

    arguments: list[str]
    folder: str
    environment: dict[str, str]
    mask: int


def _next_order(orders: socket.socket) -> tuple[Order, list[int]]:
    """Wait for a command; ends the process when no more can come."""
    message, descriptors, *_ = socket.recv_fds(orders, _BYTES, _DESCRIPTORS)
    while not message.endswith(b"\n"):
        if not (more := orders.recv(_BYTES)):
            raise SystemExit
        message += more
    return msgspec.json.decode(message, type=Order), descriptors


def _serve_orders(orders: socket.socket) -> Order:
    """Start a process for each command; returns in each of these, with its command."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # no one waits for the parents of copies
    while True:
        order, (*channels, told) = _next_order(orders)
        if not os.fork():
            orders.close()
            _watch_copy(told)
            os.close(told)
            _become(order, channels)
            return order
        for each in (*channels, told):
            os.close(each)


def _watch_copy(told: int) -> None:
    """Tell of a copy's start and of its end; returns in the copy alone."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if not (copy := os.fork()):
        return
    os.write(told, b"%d\n" % copy)
    _, status = os.waitpid(copy, 0)
    with suppress(BrokenPipeError):
        os.write(told, b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def _become(order: Order, channels: list[int]) -> None:
    """Take the place that a new process would have."""
    os.setpgid(0, 0)
    os.umask(order.mask)
    os.chdir(order.folder)
    os.environ.clear()
    os.environ.update(order.environment)
    if order.environment.get("ASSISTANT_WORKERS", "1") != "1":
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = order.folder  # where the server shares figures, it says itself
        importlib.reload(values)  # it looks only once whether there is such a folder
    for number, each in enumerate(channels):
        os.dup2(each, number)
        os.close(each)
    sys.argv = ["assistant", *order.arguments]


async def _serve_once() -> None:
    """Start a service and stop it again."""
    with tempfile.TemporaryDirectory() as folder:
        async with service(Path(folder) / "var", provider="custom", base_url="http://127.0.0.1:9"):
            pass


@contextmanager
def _loggers_as_they_are() -> Iterator[None]:
    """Have the loggers at the end of the block as a command finds them that starts by itself."""
    loggers = [logging.getLogger(name) for name in (None, *_LOGGERS)]
    levels = [each.level for each in loggers]
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.handlers.clear()
        logger.setLevel(level)


if __name__ == "__main__":
    if os.fork():
        os._exit(0)  # who started it need not wait for its end
    for name in _CODE:
        importlib.import_module(name)
    with registered_once(), compiled_once():
        with _loggers_as_they_are():
            asyncio.run(_serve_once())
        assert threading.active_count() == 1, "a copy has no other thread than the one that made it"
        gc.collect()
        gc.freeze()
        _serve_orders(socket.socket(fileno=int(sys.argv[1])))
        runpy.run_module("assistant", run_name="__main__", alter_sys=True)
