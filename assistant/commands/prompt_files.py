"""`assistant prompts export`, `import` and `diff`: prompts as files, and their differences."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import rich_click as click

from assistant.commands import running

if TYPE_CHECKING:
    from assistant.auth.actor import Actor
    from assistant.authoring.folders import Difference
    from assistant.commands.prompt_storage import StoredPrompts
    from assistant.services import Services

T = TypeVar("T")

_FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")


@click.command("export")
@_FOLDER
def export_prompts(folder: Path) -> None:
    """Write every prompt and shared part in use to DIR: the published edit or, where there is none, the file."""
    from assistant.authoring import folders  # noqa: PLC0415 - `--help` needs none of this

    async def export(stored: "StoredPrompts") -> int:
        try:
            return folders.export_prompts(stored.published, folder)
        except OSError as error:
            raise click.ClickException(f"{error.filename or folder}: can't be written: {error.strerror}") from None

    click.echo(f"{_with_prompts(export)} files written to {folder}")


@click.command("import")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="[DIR]", required=False)
@click.option("--libredesk", metavar="ADDRESS", help="Make drafts of the prompts in Libredesk's own database instead.")
@click.option(
    "--replace", is_flag=True, help="With --libredesk: also import prompts whose key exists already, as their drafts."
)
@click.option("--dry-run", is_flag=True, help="Only show the differences.")
@click.option(
    "--publish", is_flag=True, help="Publish everything once its tests pass; otherwise it is saved as drafts."
)
@click.option("--message", default="imported", show_default=True, help="What was changed.")
def import_prompts(
    *, folder: Path | None, libredesk: str | None, replace: bool, dry_run: bool, publish: bool, message: str
) -> None:
    """Save everything that differs in the files of DIR. If anything is refused, nothing is saved."""
    if (folder is None) == (libredesk is None):
        raise click.UsageError("give either a folder DIR or --libredesk ADDRESS")
    if libredesk is not None and publish:
        raise click.UsageError("--publish can't be used with --libredesk: look at the drafts first")
    if libredesk is None and replace:
        raise click.UsageError("--replace can be used only with --libredesk: files always make new drafts")

    async def bring(stored: "StoredPrompts | Services", save: "Callable[..., Awaitable[None]]") -> int:
        found = await _found(stored, folder, libredesk, replace=replace)
        for each in found:
            click.echo(each.unified() if dry_run else each.key)
        if found and not dry_run:
            await save({each.key: each.after for each in found}, message, actor=_actor())
        return len(found)

    if publish:
        number = _with_services(lambda services: _told(bring(services, services.publishing.publish_together)))
    else:
        number = _with_prompts(lambda stored: _told(bring(stored, stored.drafts.save_together)))
    what = "files" if libredesk is None else "prompts"
    click.echo(f"{number} {what} differ" if dry_run else f"{number} {what} imported")


async def _found(
    stored: "StoredPrompts | Services", folder: Path | None, libredesk: str | None, *, replace: bool
) -> "Sequence[Difference]":
    from assistant.authoring import folders  # noqa: PLC0415 - likewise
    from assistant.authoring.libredesk_import import plan_drafts  # noqa: PLC0415
    from assistant.authoring.libredesk_prompts import read_libredesk_prompts  # noqa: PLC0415

    if folder is not None:
        return folders.differences(stored.published, folder)
    rows = await read_libredesk_prompts(libredesk or "")
    plan = await plan_drafts(stored.drafts, stored.published, rows, replace=replace)
    for key, reason in plan.left:
        click.echo(f"{key} was skipped: {reason}", err=True)
    return plan.drafts


async def _told(work: Awaitable[T]) -> T:
    from assistant.errors import StaleEditError, TestsFailedError  # noqa: PLC0415 - likewise
    from prompts.errors import BrokenTemplateError  # noqa: PLC0415

    try:
        return await work
    except (BrokenTemplateError, StaleEditError, TestsFailedError) as error:
        details = getattr(error, "details", [])
        raise click.ClickException("\n".join(["nothing was imported", str(error), *details])) from None


def _actor() -> "Actor":
    from assistant.auth.actor import Actor  # noqa: PLC0415 - likewise
    from assistant.database.audit_log import COMMAND_LINE  # noqa: PLC0415

    return Actor(id=COMMAND_LINE)


@click.command("diff")
@click.argument("key")
@click.option(
    "--from", "first", type=click.IntRange(0), help="The first version; by default the published one. 0 is the file."
)
@click.option("--to", "last", type=click.IntRange(0), help="The second version; by default the draft.")
def diff_prompt(key: str, first: int | None, last: int | None) -> None:
    """Show the differences between two versions of a prompt, line by line."""
    import difflib  # noqa: PLC0415 - likewise

    async def sources(stored: "StoredPrompts") -> tuple[str, str]:
        state = await stored.drafts.state(key)
        before = await stored.drafts.source(key, state.published if first is None else first)
        return before, await stored.drafts.source(key, state.draft if last is None else last)

    before, after = (text.splitlines(keepends=True) for text in _with_prompts(sources))
    click.echo("".join(difflib.unified_diff(before, after, key, key)), nl=False)


def _with_prompts(work: "Callable[[StoredPrompts], Awaitable[T]]") -> T:
    from assistant.commands.prompt_storage import stored_prompts  # noqa: PLC0415 - likewise

    async def run() -> T:
        async with stored_prompts(running.settings()) as stored:
            return await work(stored)

    return running.with_database(run())


def _with_services(work: "Callable[[Services], Awaitable[T]]") -> T:
    async def run() -> T:
        async with running.services() as services:
            return await work(services)

    return running.with_database(run())
