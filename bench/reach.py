"""What the service has set itself to reach, and whether a run reached it: the figures of one run against each other."""

import math
from collections.abc import Callable, Mapping

import msgspec

from bench.cases import answers, footprint, frozen, stall, streams
from bench.contestants import LITELLM, NGINX, OURS, RAW, TENSORZERO
from bench.load import FULL
from bench.measuring import median
from bench.results import BUSY, CPU, RATE, Case

Cases = Mapping[str, Case]


class Goal(msgspec.Struct, frozen=True, kw_only=True):
    """A goal: of which case, what is looked at, the least or the most that it may be, and how it is found.

    `shown` is the format of figure and goal; `at_most` says that less is better.
    """

    case: str
    what: str
    goal: float
    found: Callable[[Case], float]
    shown: str = "{:.2f}"
    at_most: bool = False

    def reached(self, value: float) -> bool:
        """Whether a value is good enough; one that is not known is not."""
        return value <= self.goal if self.at_most else value >= self.goal


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a goal: one that was reached with errors was not."""

    case: str
    what: str
    goal: str
    figure: str
    reached: bool


def _ours(figure: str) -> Callable[[Case], float]:
    def found(case: Case) -> float:
        row = case.row(OURS)
        return row.middle(figure) if row else math.nan

    return found


def _times(other: str) -> Callable[[Case], float]:
    """Return how ours compares with someone, round by round: by CPU where that one's core had time to spare."""

    def found(case: Case) -> float:
        ours, theirs = case.row(OURS), case.row(other)
        if ours is None or theirs is None or not theirs.figures:
            return math.nan
        if theirs.middle(BUSY) < FULL * 100:
            return theirs.middle(CPU) / ours.middle(CPU)
        return median(mine / his for mine, his in zip(ours.figures[RATE], theirs.figures[RATE], strict=True))

    return found


def _part(yardstick: str, yard: str) -> Callable[[Case], float]:
    """Return what part of a yardstick ours is: by CPU where that one's core had time to spare."""

    def found(case: Case) -> float:
        row = case.row(yard)
        spare = row is None or row.middle(BUSY) < FULL * 100
        return _ours(f"of {yardstick} by CPU" if spare else f"of {yardstick}")(case)

    return found


def _errors(case: Case) -> float:
    return sum(row.errors for row in case.rows if row.who == OURS or case.name == "stall")


def _after_all(case: Case) -> float:
    """Return the memory after all of the misses; a quick run asks for few of them."""
    return _ours(footprint.AFTER)(case) if _ours("misses")(case) >= footprint.MISSES else math.nan


def _longest(case: Case) -> float:
    return max((row.middle(stall.LONGEST) for row in case.rows), default=math.nan)


GOALS = (
    Goal(case="hit", what="hit in process, of a raw POST", goal=0.62, found=_part("raw", RAW)),
    Goal(
        case="hit",
        what="hit in process over one connection, p50 ms",
        goal=0.3,
        found=_ours(answers.ALONE),
        at_most=True,
    ),
    Goal(case="redis", what="hit from Redis, of a raw POST", goal=0.40, found=_part("raw", RAW)),
    Goal(case="miss", what="miss, µs of CPU", goal=400, found=_ours(CPU), shown="{:.0f}", at_most=True),
    Goal(case="miss", what="the same, second step", goal=320, found=_ours(CPU), shown="{:.0f}", at_most=True),
    Goal(case="miss", what="miss, of TensorZero's rate", goal=0.6, found=_times(TENSORZERO)),
    Goal(case="miss", what="the same, second step", goal=0.8, found=_times(TENSORZERO)),
    Goal(case="miss", what="miss, times LiteLLM's rate", goal=40, found=_times(LITELLM), shown="{:.0f}"),
    Goal(
        case="streams-1000",
        what="1,000 streams, total of the provider's own",
        goal=2.2,
        found=_ours(streams.OF_TOTAL),
        at_most=True,
    ),
    Goal(case="streams-1000", what="1,000 streams, errors", goal=0, found=_errors, shown="{:.0f}", at_most=True),
    Goal(
        case="streams-100",
        what="100 streams, first delta's p99 over the provider's, ms",
        goal=40,
        found=_ours(streams.LATER_99),
        shown="{:.0f}",
        at_most=True,
    ),
    Goal(
        case="twenty",
        what="twenty at once, calls to the provider",
        goal=1,
        found=_ours("calls to the provider"),
        shown="{:.0f}",
        at_most=True,
    ),
    Goal(case="proxied", what="proxied GET of 4 KiB, of nginx", goal=0.30, found=_part(NGINX, NGINX)),
    Goal(
        case="frozen",
        what="Redis frozen, longest wait ms",
        goal=100,
        found=_ours(frozen.LONGEST),
        shown="{:.0f}",
        at_most=True,
    ),
    Goal(
        case="stall",
        what="longest wait of a hit beside hostile drafts, ms",
        goal=20,
        found=_longest,
        shown="{:.0f}",
        at_most=True,
    ),
    Goal(
        case="memory",
        what="MiB after 100,000 distinct misses",
        goal=200,
        found=_after_all,
        shown="{:.0f}",
        at_most=True,
    ),
    Goal(case="startup", what="start-up, seconds", goal=1.5, found=_ours(footprint.SECONDS), at_most=True),
)


def verdicts(cases: Cases) -> list[Verdict]:
    """Judge what was measured; goals of other cases are left out."""
    return [_verdict(goal, cases[goal.case]) for goal in GOALS if goal.case in cases]


def _verdict(goal: Goal, case: Case) -> Verdict:
    value = goal.found(case)
    errors = _errors(case)
    shown = "not measured" if math.isnan(value) else goal.shown.format(value)
    return Verdict(
        case=goal.case,
        what=goal.what,
        goal=f"{'at most' if goal.at_most else 'at least'} {goal.shown.format(goal.goal)}",
        figure=f"{shown}, with {errors:.0f} errors" if errors else shown,
        reached=goal.reached(value) and not errors,
    )
