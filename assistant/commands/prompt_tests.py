"""`assistant prompts test`: run the tests of prompts, live or from recorded answers."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import rich_click as click

from assistant.commands import running

if TYPE_CHECKING:
    from assistant.authoring.prompt_tests import TestReport
    from prompts.template import Prompt

_FOLDER = Path("prompt-recordings")
_SHOWN = 60  # characters of a draft in the table


@click.command("test")
@click.argument("keys", nargs=-1, metavar="[KEY]…")
@click.option("--provider", help="Ask only this configured provider.")
@click.option("--record", is_flag=True, help="Ask the provider, and record the answers for later runs.")
@click.option(
    "--recordings",
    type=click.Path(path_type=Path),
    default=_FOLDER,
    show_default=True,
    help="Folder of the recorded answers.",
)
@click.option("--junit", type=click.Path(path_type=Path, dir_okay=False), help="Write a JUnit report to this file.")
def test_prompts(
    keys: tuple[str, ...],
    provider: str | None,
    record: bool,  # noqa: FBT001 - a flag of the command line
    recordings: Path,
    junit: Path | None,
) -> None:
    """Run the tests of all prompts, or of those given as KEY.

    A prompt with recorded answers needs no provider; `--record` asks the active provider and records its answers.
    The exit status is 1 if a test fails.
    """
    reports = running.with_database(_run(keys, provider, record=record, folder=recordings))
    _show(reports)
    if junit is not None:
        junit.write_bytes(_junit(reports))
    if any(report.failures for _, report in reports):
        raise SystemExit(1)


async def _run(
    keys: Sequence[str], provider: str | None, *, record: bool, folder: Path
) -> "list[tuple[Prompt, TestReport]]":
    from rich.console import Console  # noqa: PLC0415 - `--help` needs none of this
    from rich.progress import Progress  # noqa: PLC0415

    from assistant.auth.actor import Actor  # noqa: PLC0415
    from assistant.authoring.gate import LiveAnswers  # noqa: PLC0415
    from assistant.authoring.prompt_tests import run_tests  # noqa: PLC0415
    from assistant.authoring.recorded_answers import RecordedAnswers  # noqa: PLC0415
    from assistant.database.audit_log import COMMAND_LINE  # noqa: PLC0415

    reports = []
    async with running.services() as services:
        chosen = _chosen(services.prompts.prompts, keys)
        recorded = RecordedAnswers(folder, services.prompt_asker)
        live = LiveAnswers(services.prompt_asker, Actor(id=COMMAND_LINE), provider)
        with Progress(console=Console(stderr=True), transient=True) as progress:
            bar = progress.add_task("tests", total=sum(len(prompt.tests) for prompt in chosen))
            for prompt in chosen:
                ask = live.answer if record or not recorded.has(prompt) else recorded.answer
                report = await run_tests(prompt, ask, live.judge, lambda _: progress.advance(bar))
                if record:
                    await recorded.save(prompt, report)
                reports.append((prompt, report))
                await asyncio.sleep(0)
    return reports


def _chosen(prompts: "Sequence[Prompt]", keys: Sequence[str]) -> "list[Prompt]":
    known = {name: prompt for prompt in prompts for name in (*prompt.aliases, prompt.key)}
    for key in keys:
        if key not in known:
            raise click.UsageError(f"there is no prompt {key!r}; `assistant prompts list` shows them")
    return [known[key] for key in dict.fromkeys(keys)] or [prompt for prompt in prompts if prompt.tests]


def _show(reports: "Sequence[tuple[Prompt, TestReport]]") -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table("prompt", "test", "draft", "result")
    for prompt, report in reports:
        for outcome in report.outcomes:
            draft = " ".join(outcome.content.split())[:_SHOWN]
            result = Text("\n".join(outcome.failures), style="red") if outcome.failures else Text("ok", style="green")
            table.add_row(prompt.key, str(outcome.number), Text(draft), result)
    passed = sum(report.passed for _, report in reports)
    total = sum(len(report.outcomes) for _, report in reports)
    console = Console()
    console.print(table)
    console.print(f"{passed} of {total} tests passed")


def _junit(reports: "Sequence[tuple[Prompt, TestReport]]") -> bytes:
    root = ET.Element("testsuites")
    for prompt, report in reports:
        failed = sum(bool(outcome.failures) for outcome in report.outcomes)
        suite = ET.SubElement(
            root, "testsuite", name=prompt.key, tests=str(len(report.outcomes)), failures=str(failed), errors="0"
        )
        for outcome in report.outcomes:
            case = ET.SubElement(suite, "testcase", classname=prompt.key, name=f"test {outcome.number}")
            for failure in outcome.failures:
                ET.SubElement(case, "failure", message=_printable(failure))
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _printable(text: str) -> str:
    """Leave out what XML can't hold."""
    return "".join(character if character.isprintable() else " " for character in text)
