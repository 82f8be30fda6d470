"""Measures on this machine: `python -m bench` compares ours with others, `python -m bench REPORT …` prints a report.

Environment variables make that shorter: QUICK is 1, and for the comparison CASES and PEERS are names, with commas
between them.
"""

import argparse
import functools
import os
import sys
from collections.abc import Callable, Mapping

from bench import comparing, conversations, desk, hostile, local_model, usage
from bench.cases import CASES
from bench.contestants import PEERS

COMPLETION, PROXY = ("hit", "redis", "miss", "streams"), ("proxied", "large")

REPORTS: dict[str, Callable[[], str]] = {
    "completion": functools.partial(comparing.alone, COMPLETION),
    "proxy": functools.partial(comparing.alone, PROXY),
    "hostile": hostile.report,
    "conversations": conversations.report,
    "desk": desk.report,
    "usage": usage.report,
    "local": local_model.report,
}
"""Functions that measure ours and return a report as Markdown."""

_WHAT = {
    "completion": f"The cases {', '.join(COMPLETION)} without the others.",
    "proxy": f"The cases {', '.join(PROXY)}.",
}


def main(arguments: list[str] | None = None) -> int:
    """Compare, or print the named reports. Returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        epilog=f"reports:\n{_lines(REPORTS)}\n\ncases:\n{_lines(CASES)}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("reports", nargs="*", metavar="REPORT", help="which to print")
    reports = parser.parse_args(arguments).reports
    cases, peers = _named("CASES"), _named("PEERS")
    for names, known in ((reports, REPORTS), (cases, CASES), (peers, dict.fromkeys(PEERS))):
        if unknown := [name for name in names if name not in known]:
            parser.error(f"not known: {', '.join(unknown)}; known are {', '.join(known)}")
    if not reports:
        return comparing.compare(cases, peers)
    for name in reports:
        print(f"# {name}\n\n{REPORTS[name]()}\n")
    return 0


def _named(variable: str) -> list[str]:
    return [name for name in os.environ.get(variable, "").split(",") if name]


def _lines(named: Mapping[str, Callable[..., object]]) -> str:
    return "\n".join(
        f"  {name:10} {_WHAT.get(name) or (one.__doc__ or '').splitlines()[0]}" for name, one in named.items()
    )


if __name__ == "__main__":
    sys.exit(main())
