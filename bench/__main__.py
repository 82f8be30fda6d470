"""Runs benchmarks on this machine and prints their tables: `python -m bench [CASE …]`."""

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from bench import completion, desk, hostile, http_clients, proxy, service
from bench.measuring import machine

CASES: dict[str, Callable[[], str]] = {
    "clients": http_clients.report,
    "startup": service.startup,
    "local": service.local_model,
    "desk": desk.report,
    "proxy": proxy.report,
    "completion": completion.report,
    "hostile": hostile.report,
}
"""A case is a function that measures and returns its report as Markdown; the first line of its docstring says what."""


def main(arguments: list[str] | None = None) -> int:
    """Run the named cases, or all of them, and print their reports."""
    cases = "\n".join(f"  {name:10} {(case.__doc__ or '').splitlines()[0]}" for name, case in CASES.items())
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        epilog=f"cases:\n{cases}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("cases", nargs="*", metavar="CASE", help="which to run; without one, all")
    names = parser.parse_args(arguments).cases or list(CASES)
    if unknown := [name for name in names if name not in CASES]:
        parser.error(f"no case is called {', '.join(unknown)}; known: {', '.join(CASES)}")
    print(f"{datetime.now(UTC):%Y-%m-%d}, {machine()}")
    for name in names:
        print(f"\n## {name}\n\n{CASES[name]()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
