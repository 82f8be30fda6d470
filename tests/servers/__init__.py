"""The real servers of the suite: found or installed, started on this machine only, and stopped again.

`python -m tests.servers` makes sure that the programs can be had; the context managers below start one each.
"""

from tests.servers.errors import ServerError
from tests.servers.nginx import NginxServer, nginx_server
from tests.servers.pgbouncer import PgBouncerServer, pgbouncer_server
from tests.servers.postgres import PostgresServer, postgres_server
from tests.servers.redis import RedisServer, redis_server
from tests.servers.tinyproxy import TinyproxyServer, tinyproxy_server

__all__ = [
    "NginxServer",
    "PgBouncerServer",
    "PostgresServer",
    "RedisServer",
    "ServerError",
    "TinyproxyServer",
    "nginx_server",
    "pgbouncer_server",
    "postgres_server",
    "redis_server",
    "tinyproxy_server",
]
