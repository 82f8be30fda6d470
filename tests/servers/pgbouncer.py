"""A PgBouncer of the suite's own: the pooler that most hosts put before PostgreSQL."""

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from string import Template

import msgspec
from sqlalchemy import make_url

from tests.servers.finding import program
from tests.servers.postgres import PostgresServer, unprivileged_user
from tests.servers.process import Command, answers, free_port, running

CONFIG = Template("""\
[databases]
* = host=$host port=$port
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $listen
unix_socket_dir =
auth_type = plain
auth_file = users.txt
pool_mode = $mode
default_pool_size = $size
$more
""")


class PgBouncerServer(msgspec.Struct, frozen=True, kw_only=True):
    """A running PgBouncer: `url` is the PostgreSQL's, through it."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path


@contextlib.contextmanager
def pgbouncer_server(
    postgres: PostgresServer, tmp: Path, *, mode: str = "transaction", size: int = 2, more: str = ""
) -> Iterator[PgBouncerServer]:
    """Run PgBouncer before a PostgreSQL on a free loopback port; its log is in `tmp`, an existing folder.

    With `size` sessions for all clients, those of two clients are mixed at once. Like PostgreSQL it refuses to run as
    root, so its folder is one that another user may read. `more` is added to its settings.

    Raises:
        ServerError: it is not on this machine or does not start.
    """
    user, listen, url = unprivileged_user(), free_port(), make_url(postgres.url)
    with tempfile.TemporaryDirectory(prefix="pgbouncer-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        config = CONFIG.substitute(host=url.host, port=url.port, listen=listen, mode=mode, size=size, more=more)
        (folder / "pgbouncer.ini").write_text(config)
        (folder / "users.txt").write_text(f'"{url.username}" "{url.password}"\n')
        if user:
            for path in (folder, *folder.iterdir()):
                shutil.chown(path, user)
        command = Command(
            arguments=[program("pgbouncer"), "pgbouncer.ini"], folder=folder, log=tmp / "pgbouncer.log", user=user
        )
        with running(command, lambda: answers(listen)) as process:
            through = url.set(port=listen).render_as_string(hide_password=False)
            yield PgBouncerServer(url=through, process=process, log=command.log)
