"""Serving: the options of a server, what is checked before it starts, and its worker processes."""

import contextlib
import gc
import math
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from assistant.commands import running
from assistant.errors import SettingsError
from assistant.settings import PREFIX, Settings, read_environment, unknown_variables
from assistant.starting.giving_up import look_after, unwritable

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHARED_METRICS = "PROMETHEUS_MULTIPROC_DIR"
_LARGEST_HEAD = 64 * 1024  # bytes
_BACKLOG = 4096  # connections that wait to be taken, if the system allows
_MOST_DESCRIPTORS = 65536
_USUAL_DESCRIPTORS = 2048  # where a process is not told
_OWN_DESCRIPTORS = 256  # files, the database, Redis, providers, pipes
_FEWEST_CONNECTIONS = 128
_LAST = 8  # seconds after the grace until a worker that can't end is killed


def listening(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a server."""
    for option in (
        click.option("--workers", type=click.IntRange(1, 64), help="Worker processes; ASSISTANT_WORKERS, else 1."),
        click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; ASSISTANT_PORT, else 8080."),
        click.option("--host", help="Address to listen on; ASSISTANT_HOST, else 127.0.0.1."),
    ):
        command = option(command)
    return command


@click.command()
@listening
def serve(host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the assistant."""
    serve_app("create_app", host, port, workers)


def serve_app(factory: str, host: str | None, port: int | None, workers: int | None) -> None:
    """Serve what a factory of `assistant.app` builds; options of the command line go before settings."""
    for name, value in (("HOST", host), ("PORT", port), ("WORKERS", workers)):
        if value is not None:
            os.environ[PREFIX + name] = str(value)
    settings = running.settings()
    running.keep_private()
    try:
        address = listening_address(settings.host, settings.port)
        _prepare(settings)
        _run(factory, settings, address)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(unwritable(error)) from None


def _prepare(settings: Settings) -> None:
    """Make what all workers share, and say what an operator should know before they start.

    This process stays small: what only a worker needs is imported there.
    """
    gc.disable()  # until the service runs: a start throws little away
    from assistant.database.secret_keys import load_secret_keys  # noqa: PLC0415
    from assistant.database.state_folder import check_state, open_to_others  # noqa: PLC0415
    from assistant.provider_setting.environment import initial_setting  # noqa: PLC0415 - `--help` needs none of this

    check_state(settings)
    if exposed := open_to_others(settings):
        click.echo(f"warning: {exposed}", err=True)
    load_secret_keys(settings)
    initial_setting(settings)
    for name in unknown_variables(read_environment()):
        click.echo(f"warning: {name} is not a setting of this version and is ignored", err=True)
    if settings.core_url and settings.admin_api_key:
        click.echo("warning: ASSISTANT_ADMIN_API_KEY is for the built-in desk; ASSISTANT_CORE_URL is set", err=True)
    if settings.workers > 1 and not settings.redis_url:
        click.echo(
            "warning: without ASSISTANT_REDIS_URL cache, calls under way and budgets are each worker's own", err=True
        )


def listening_address(host: str, port: int) -> str:
    """Return the address of this machine that a name or an address stands for.

    Of several, IPv4 goes first, as most who call `localhost` do. The address is tried: the server itself would share
    a port that is in use with whoever listens there, in silence.

    Raises:
        SettingsError: it can't be listened on; the text says why.
    """
    import socket  # noqa: PLC0415

    try:
        bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
        found = [] if host == "*" else socket.getaddrinfo(bare, port, type=socket.SOCK_STREAM)
        return _first_free(sorted(found, key=lambda each: each[0] != socket.AF_INET))
    except UnicodeError:
        reason: str | None = "that is no name"
    except OSError as error:
        reason = error.strerror
    raise SettingsError(
        f"can't listen on {host}, port {port}: {reason}. Set ASSISTANT_HOST or ASSISTANT_PORT, or use --host or --port."
    )


def _first_free(found: "Sequence[tuple[Any, ...]]") -> str:
    """Return the first address that is this machine's; raises OSError if there is none that can be used."""
    import errno  # noqa: PLC0415
    import socket  # noqa: PLC0415

    missing = OSError(errno.EADDRNOTAVAIL, "that is no address of this machine; 0.0.0.0 and :: stand for all of them")
    for family, kind, protocol, _, address in found:
        try:
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
        except OSError as error:
            if error.errno not in {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}:
                raise
        else:
            if "%" not in address[0]:  # a link's own, which the server can't be told
                return str(address[0])
    raise missing


def _share_metrics(folder: Path) -> None:
    """Let the workers put their figures together, in files of this run (prometheus-client, "Multiprocess Mode")."""
    import shutil  # noqa: PLC0415 - only several workers need it

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    os.environ[_SHARED_METRICS] = str(folder.absolute())


def _allow_descriptors() -> int:
    """Let this process and its workers open as much as the system allows, and return how much that is."""
    if sys.platform == "win32":
        return _USUAL_DESCRIPTORS
    import resource  # noqa: PLC0415 - Windows has none

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, _MOST_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):  # macOS has a lower limit that it does not tell
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    return wanted if soft == resource.RLIM_INFINITY else min(soft, _MOST_DESCRIPTORS)


def most_connections(descriptors: int) -> int:
    """Return how many connections a worker takes: each may need another one to the helpdesk, and some are our own."""
    return max((descriptors - _OWN_DESCRIPTORS) // 2, _FEWEST_CONNECTIONS)


def _run(factory: str, settings: Settings, address: str) -> None:
    from granian.constants import HTTPModes, Interfaces, Loops  # noqa: PLC0415
    from granian.http import HTTP1Settings  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    from assistant.commands.server import Server  # noqa: PLC0415 - likewise

    os.environ.pop(_SHARED_METRICS, None)  # one worker shares with no one, and not with an earlier one
    if settings.workers > 1:
        _share_metrics(settings.state_dir / "metrics")
    # A worker that is told to stop while it still starts must not answer with this process's handlers.
    os.register_at_fork(after_in_child=_forget_handlers)
    server = Server(
        f"assistant.app:{factory}",
        factory=True,
        address=address,
        port=settings.port,
        workers=settings.workers,
        interface=Interfaces.ASGI,
        loop=Loops.uvloop if sys.platform != "win32" else Loops.asyncio,
        http=HTTPModes.http1,  # what proxies speak to us; the core's connections are HTTP/1.1 too
        websockets=settings.core_url is not None,
        http1_settings=HTTP1Settings(
            header_read_timeout=max(1, round(settings.client_timeout * 1000)),  # also of a connection without requests
            max_buffer_size=_LARGEST_HEAD,
        ),
        backlog=_BACKLOG,
        backpressure=most_connections(_allow_descriptors()),
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=math.ceil(settings.stop_grace) + _LAST,
    )
    given_up = []

    def end() -> None:
        given_up.append(True)
        server.signal_handler_interrupt()

    look_after(end)
    click.echo(f"serving on {_shown(settings)} with the data in {settings.state_dir.absolute()}")
    server.serve()
    if given_up:
        raise SystemExit(1)


def _shown(settings: Settings) -> str:
    host = settings.host if ":" not in settings.host or settings.host.startswith("[") else f"[{settings.host}]"
    return f"http://{host}:{settings.port}"


def _forget_handlers() -> None:
    import signal  # noqa: PLC0415

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
