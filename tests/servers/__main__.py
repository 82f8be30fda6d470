"""Makes sure that the servers of the suite can be had: `python -m tests.servers [NAME …]`."""

import argparse
import os
import sys

from tests.servers.errors import ServerError
from tests.servers.finding import SERVERS
from tests.servers.installing import provide

SUITE = ("redis", "postgresql", "pgbouncer", "nginx", "tinyproxy", "chromium")
"""What the tests need."""
LONG = () if os.environ.get("EXAMPLES_FACTOR", "1") == "1" else ("litellm",)
"""What they need beside it in full length."""


def main(arguments: list[str] | None = None) -> int:
    """Print one line for each server: which was taken, and from where. Returns the exit status, 1 if one is missing."""
    parser = argparse.ArgumentParser(prog="python -m tests.servers", description=__doc__)
    known = ", ".join(SERVERS)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{known}; without one: {', '.join(SUITE)}")
    names = parser.parse_args(arguments).names or (*SUITE, *LONG)
    if unknown := [name for name in names if name not in SERVERS]:
        parser.error(f"no server is called {', '.join(unknown)}; known: {known}")
    return max(_report(name) for name in names)


def _report(name: str) -> int:
    try:
        found = provide(SERVERS[name])
    except ServerError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{name}: {found.path} (from {found.source})\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
