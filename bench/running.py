"""A running contestant, and what stands behind it."""

import msgspec

from bench.dialects import Dialect


class Backing(msgspec.Struct, frozen=True, kw_only=True):
    """What a contestant is given.

    Attributes:
        provider: the provider's origin, with its script's path.
        redis: where it may keep answers; nothing where there is none.
        caching: whether the peers keep answers; ours always does, as shipped.
        core: origin of the helpdesk that other requests are passed on to; nothing for the built-in one.
        workers: processes.
    """

    provider: str = "http://127.0.0.1:9"
    redis: str = ""
    caching: bool = False
    core: str = ""
    workers: int = 1


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """One that runs: its port on loopback, its processes (without their descendants), and how it is asked."""

    port: int
    pids: tuple[int, ...]
    dialect: Dialect
