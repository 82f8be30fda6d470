"""An nginx of our own: the yardstick that benchmarks measure against."""

import contextlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from string import Template

import msgspec

from tests.servers.finding import program
from tests.servers.process import Command, answers, free_port, running

CONFIG = Template("""\
daemon off;
master_process off;
pid nginx.pid;
error_log stderr;
events { worker_connections 4096; }
http {
    access_log off;
    keepalive_requests 1000000;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    server {
        listen 127.0.0.1:$port;
        $server
    }
}
""")


class NginxServer(msgspec.Struct, frozen=True, kw_only=True):
    """A running nginx of one process: `url` is its origin, without a slash at the end."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        """The process id, for benchmarks that pin it to a core."""
        return self.process.pid


_LISTENS = re.compile(r"listen 127\.0\.0\.1:(\d+)")


@contextlib.contextmanager
def nginx_server(config: str, tmp: Path) -> Iterator[NginxServer]:
    """Run nginx on a free loopback port with `config` as the inside of its `server` block; it writes only into `tmp`.

    Raises:
        ServerError: it is not on this machine or does not start, such as for a mistake in `config`.
    """
    port = free_port()
    (tmp / "nginx.conf").write_text(CONFIG.substitute(port=port, server=config))
    arguments: list[str | Path] = [program("nginx"), "-p", tmp, "-e", "stderr", "-c", tmp / "nginx.conf"]
    command = Command(arguments=arguments, folder=tmp, log=tmp / "nginx.log")
    ports = [port, *map(int, _LISTENS.findall(config))]  # opened one after the other
    with running(command, lambda: all(map(answers, ports))) as process:
        yield NginxServer(url=f"http://127.0.0.1:{port}", process=process, log=command.log)
