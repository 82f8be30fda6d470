"""The comparison can be trusted: wrong answers are errors, and the report says what was reached and what not."""

import itertools
import math
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from bench.chart import chart
from bench.chat import DELTA_SECONDS, DELTAS, REPLY
from bench.contestants import OURS, RAW, TENSORZERO
from bench.core import Core
from bench.dialects import CHUNKS, PROVIDER
from bench.dialects import OURS as OUR_DIALECT
from bench.drafts import draft
from bench.load import Answers, Callers
from bench.provider import ECHO, HASHES, scripted_provider
from bench.reach import verdicts
from bench.report import Run, markdown, write
from bench.results import Case, Row
from bench.shapes import SHAPES, SIZES
from bench.stream_load import measure
from tests.servers.finding import ROOT

LOCKS = [*(ROOT / "requirements").glob("*.lock"), ROOT / "requirements" / "portkey" / "package-lock.json"]

LONG = "a long draft " * 1_000


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Core]:
    """The scripted provider."""
    with scripted_provider(tmp_path_factory.mktemp("provider")) as found:
        yield found


def asked(provider: Core, request: bytes, text: str) -> Answers:
    """Ask twenty times over four connections for answers that hold a text."""
    requests = itertools.repeat(request, 20)
    callers = Callers(provider.port, 4, requests, lambda data: PROVIDER.right(data, cached=None, text=text.encode()))
    answers = callers.ask(10)
    callers.close()
    return answers


def test_right_answers_are_counted(provider: Core) -> None:
    """Each with the seconds that it took."""
    answers = asked(provider, PROVIDER.request(draft(1)), REPLY)
    assert (len(answers.latencies), answers.errors, answers.sample) == (20, 0, "")
    assert min(answers.latencies) > 0


def test_wrong_answers_are_errors(provider: Core) -> None:
    """They count for nothing else, and the first of them is shown."""
    answers = asked(provider, PROVIDER.request(draft(1)), "something else")
    assert (len(answers.latencies), answers.errors) == (0, 20)
    assert REPLY in answers.sample


def test_refused_requests_are_errors(provider: Core) -> None:
    """A connection that is closed is one."""
    answers = asked(provider, b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", REPLY)
    assert (len(answers.latencies), answers.errors) == (0, 20)
    assert answers.sample


@pytest.mark.parametrize(("script", "text"), [(ECHO, LONG), (HASHES, "#" * 60_000)])
def test_provider_follows_its_script(provider: Core, script: str, text: str) -> None:
    """It sends back what it was told, or nothing but `#`."""
    request = PROVIDER.request(LONG).replace(b"POST /v1", f"POST {script}/v1".encode())
    assert asked(provider, request, text).errors == 0


def test_streams_are_read_to_their_end(provider: Core) -> None:
    """All deltas come on the provider's own clock."""
    requests = [PROVIDER.request(draft(number), streamed=True) for number in range(3)]
    streams = measure(provider.port, (provider.pid,), CHUNKS, requests)
    assert (streams.count, streams.errors, streams.sample) == (3, 0, "")
    assert streams.first_p50 >= DELTA_SECONDS * 0.9
    assert streams.total >= DELTA_SECONDS * len(DELTAS) * 0.9


def test_a_stream_of_something_else_is_an_error(provider: Core) -> None:
    """Its deltas must make the answer."""
    request = PROVIDER.request(LONG, streamed=True).replace(b"POST /v1", f"POST {HASHES}/v1".encode())
    assert measure(provider.port, (provider.pid,), CHUNKS, [request]).errors == 1


def test_stored_answers_are_told_from_new_ones() -> None:
    """By what stands in the head."""
    text = b'HTTP/1.1 200 OK\r\nx-assistant-cache: %b\r\n\r\n{"data":"' + REPLY.encode() + b'"}'
    verdict = [OUR_DIALECT.right(text % b"hit", cached=cached) for cached in (True, False, None)]
    assert verdict == [True, False, True]
    assert not OUR_DIALECT.right(text % b"miss", cached=True)


def test_no_two_drafts_are_the_same() -> None:
    """Neither ordinary ones nor hostile ones, which are as long as they should be."""
    assert len({draft(number) for number in range(0, 2_000_000, 1_999)}) == 1_001
    for shape in SHAPES.values():
        for size in SIZES:
            first, second = shape(1, size), shape(2, size)
            assert first != second
            assert size * 0.9 <= len(first.encode()) <= size


def case(**figures: float) -> Case:
    """Return a case in which ours was measured."""
    ours = Row(who=OURS, figures={name: [value, value] for name, value in figures.items()})
    raw = Row(who=RAW, figures={"requests/s": [20_000.0], "core busy %": [99.0]})
    missing = Row(who="Ferro", note="could not be had: no network")
    return Case(name="hit", title="Hit", text="Said in a sentence.", rows=[raw, ours, missing], main="requests/s")


@pytest.mark.parametrize(("share", "reached"), [(0.62, True), (0.61, False), (math.nan, False)])
def test_a_goal_is_reached_or_not(share: float, *, reached: bool) -> None:
    """What is not known is not reached."""
    judged = verdicts({"hit": case(**{"of raw": share})})
    assert judged[0].what == "hit in process, of a raw POST"
    assert judged[0].reached is reached


@pytest.mark.parametrize(("busy", "figure"), [(99.0, "0.70"), (60.0, "0.50")])
def test_who_had_time_to_spare_is_compared_by_cpu(busy: float, figure: str) -> None:
    """The load generator, or other work, held them back."""
    rows = [
        Row(who=OURS, figures={"requests/s": [7.0], "CPU µs": [400.0]}),
        Row(who=TENSORZERO, figures={"requests/s": [10.0], "CPU µs": [200.0], "core busy %": [busy]}),
    ]
    judged = verdicts({"miss": Case(name="miss", title="", text="", rows=rows, main="requests/s")})
    assert next(each.figure for each in judged if each.what == "miss, of TensorZero's rate") == figure


def test_errors_are_no_success() -> None:
    """However good the figure is."""
    good = case(**{"of raw": 0.9})
    rows = [msgspec.structs.replace(row, errors=3) if row.who == OURS else row for row in good.rows]
    judged = verdicts({"hit": msgspec.structs.replace(good, rows=rows)})
    assert (judged[0].figure, judged[0].reached) == ("0.90, with 3 errors", False)


def test_a_case_that_failed_reaches_nothing() -> None:
    """The report goes on without it."""
    failed = Case(name="hit", title="hit", text="Failed: OSError().", rows=[], main="")
    assert [each.reached for each in verdicts({"hit": failed})] == [False, False]
    assert chart([failed]).count("<rect") == 1


def test_report_says_everything(tmp_path: Path) -> None:
    """Figures, goals, who could not be had, and the same as JSON and as a chart."""
    cases = [case(**{"of raw": 0.7, "requests/s": 14_000.0})]
    run = Run(date="2026-11-30", machine="a machine", versions={"x": "1.0"}, seconds=60, quick=True, cases=cases)
    write(run, tmp_path)
    text = (tmp_path / "benchmarks.md").read_text(encoding="utf-8")
    assert text == markdown(run)
    for part in (
        "a machine",
        "x 1.0",
        "14,000",
        "✓",
        "not measured",
        "✗",
        "could not be had: no network",
        "A quick run",
    ):
        assert part in text
    assert b'"reached": true' in (tmp_path / "benchmarks.json").read_bytes()
    drawn = (tmp_path / "benchmarks.svg").read_text(encoding="utf-8")
    assert drawn == chart(cases)
    assert drawn.count("<rect") == 1 + 2


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_locks_name_no_registry(lock: Path) -> None:
    """Everyone installs from where they install from."""
    text = lock.read_text(encoding="utf-8")
    assert not [word for word in ("registry", '"resolved"', "index-url", "find-links") if word in text]
