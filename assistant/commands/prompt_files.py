"""`assistant prompts export`, `import` and `diff`: prompts as files, and what differs."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import rich_click as click

from assistant.commands import running

if TYPE_CHECKING:
    from assistant.auth.actor import Actor
    from assistant.authoring.folders import Difference
    from assistant.services import Services

T = TypeVar("T")

_FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")


@click.command("export")
@_FOLDER
def export_prompts(folder: Path) -> None:
    """Write every prompt and shared part in force into DIR: published edits, else the folders."""
    from assistant.authoring import folders  # noqa: PLC0415 - `--help` needs none of this

    async def export(services: "Services") -> int:
        try:
            return folders.export_prompts(services.published, folder)
        except OSError as error:
            raise click.ClickException(f"{error.filename or folder}: can't be written: {error.strerror}") from None

    click.echo(f"{_with_services(export)} files written to {folder}")


@click.command("import")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="[DIR]", required=False)
@click.option("--libredesk", metavar="ADDRESS", help="Make drafts of the prompts in Libredesk's own database instead.")
@click.option("--replace", is_flag=True, help="With --libredesk: also where a prompt of the same key is there.")
@click.option("--dry-run", is_flag=True, help="Only show what differs.")
@click.option("--publish", is_flag=True, help="Put it in force, once its tests pass; else it is saved as drafts.")
@click.option("--message", default="imported", show_default=True, help="What was changed.")
def import_prompts(
    *, folder: Path | None, libredesk: str | None, replace: bool, dry_run: bool, publish: bool, message: str
) -> None:
    """Save what the files of DIR have otherwise: all of it or, when anything is refused, nothing."""
    if (folder is None) == (libredesk is None):
        raise click.UsageError("give a folder DIR, or --libredesk ADDRESS")
    if libredesk is not None and publish:
        raise click.UsageError("--publish does not go with --libredesk: look at the drafts first")
    if libredesk is None and replace:
        raise click.UsageError("--replace goes with --libredesk alone: files always make new drafts")

    async def bring(services: "Services") -> int:
        found = await _found(services, folder, libredesk, replace=replace)
        for each in found:
            click.echo(each.unified() if dry_run else each.key)
        if found and not dry_run:
            texts = {each.key: each.after for each in found}
            await services.publishing.save_together(texts, message, actor=_actor(), publish=publish)
        return len(found)

    number = _with_services(lambda services: _told(bring(services)))
    what = "files" if libredesk is None else "prompts"
    click.echo(f"{number} {what} differ" if dry_run else f"{number} {what} imported")


async def _found(
    services: "Services", folder: Path | None, libredesk: str | None, *, replace: bool
) -> "Sequence[Difference]":
    """Return what is to be imported, and tell what is left."""
    from assistant.authoring import folders  # noqa: PLC0415 - likewise
    from assistant.authoring.libredesk_import import plan_drafts  # noqa: PLC0415
    from assistant.authoring.libredesk_prompts import read_libredesk_prompts  # noqa: PLC0415

    if folder is not None:
        return folders.differences(services.published, folder)
    rows = await read_libredesk_prompts(libredesk or "")
    plan = await plan_drafts(services.drafts, services.published, rows, replace=replace)
    for key, reason in plan.left:
        click.echo(f"{key} is left: {reason}", err=True)
    return plan.drafts


async def _told(work: Awaitable[T]) -> T:
    """Say what refuses an import."""
    from assistant.errors import StaleEditError, TestsFailedError  # noqa: PLC0415 - likewise
    from prompts.errors import BrokenTemplateError  # noqa: PLC0415

    try:
        return await work
    except (BrokenTemplateError, StaleEditError, TestsFailedError) as error:
        details = getattr(error, "details", [])
        raise click.ClickException("\n".join(["nothing is imported", str(error), *details])) from None


def _actor() -> "Actor":
    from assistant.auth.actor import Actor  # noqa: PLC0415 - likewise
    from assistant.database.audit_log import COMMAND_LINE  # noqa: PLC0415

    return Actor(id=COMMAND_LINE)


@click.command("diff")
@click.argument("key")
@click.option("--from", "first", type=click.IntRange(0), help="A version; the published one unless given. 0: the file.")
@click.option("--to", "last", type=click.IntRange(0), help="A version; the draft unless given.")
def diff_prompt(key: str, first: int | None, last: int | None) -> None:
    """Show what differs between two versions of a prompt, line by line."""
    import difflib  # noqa: PLC0415 - likewise

    async def sources(services: "Services") -> tuple[str, str]:
        state = await services.drafts.state(key)
        before = await services.drafts.source(key, state.published if first is None else first)
        return before, await services.drafts.source(key, state.draft if last is None else last)

    before, after = (text.splitlines(keepends=True) for text in _with_services(sources))
    click.echo("".join(difflib.unified_diff(before, after, key, key)), nl=False)


def _with_services(work: "Callable[[Services], Awaitable[T]]") -> T:
    """Do something with everything that the service is made of, started."""

    async def run() -> T:
        async with running.services() as services:
            return await work(services)

    return running.with_database(run())
