"""`assistant prompts export`, `import` and `diff`: prompts as files, and what differs."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import rich_click as click

from assistant.commands import running

if TYPE_CHECKING:
    from assistant.services import Services

T = TypeVar("T")

_FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")


@click.command("export")
@_FOLDER
def export_prompts(folder: Path) -> None:
    """Write every prompt and shared part in force into DIR: published edits, else the files."""
    from assistant.authoring import files  # noqa: PLC0415 - `--help` needs none of this

    async def export(services: "Services") -> int:
        return files.export_prompts(services.in_force, folder)

    click.echo(f"{_with_services(export)} files written to {folder}")


@click.command("import")
@_FOLDER
@click.option("--dry-run", is_flag=True, help="Only show what differs.")
@click.option("--publish", is_flag=True, help="Put it in force, once its tests pass; else it is saved as drafts.")
@click.option("--message", default="imported", show_default=True, help="What was changed.")
def import_prompts(folder: Path, dry_run: bool, publish: bool, message: str) -> None:  # noqa: FBT001 - flags
    """Save what the files of DIR have otherwise. All are checked first; one that is refused stops it all."""
    from assistant.auth.actor import Actor  # noqa: PLC0415 - likewise
    from assistant.authoring import files  # noqa: PLC0415
    from assistant.store.audit import COMMAND_LINE  # noqa: PLC0415
    from prompts.errors import BrokenTemplateError  # noqa: PLC0415

    async def bring(services: "Services") -> int:
        found = files.differences(services.in_force, folder)
        for each in found:
            click.echo(each.unified() if dry_run else each.key)
        if not dry_run:
            actor = Actor(id=COMMAND_LINE)
            await files.import_prompts(services.authoring, found, message, actor=actor, publish=publish)
        return len(found)

    try:
        number = _with_services(bring)
    except BrokenTemplateError as error:
        raise click.ClickException(f"nothing is imported\n{error}") from None
    click.echo(f"{number} files differ" if dry_run else f"{number} files imported")


@click.command("diff")
@click.argument("key")
@click.option("--from", "first", type=click.IntRange(0), help="A version; the published one unless given. 0: the file.")
@click.option("--to", "last", type=click.IntRange(0), help="A version; the draft unless given.")
def diff_prompt(key: str, first: int | None, last: int | None) -> None:
    """Show what differs between two versions of a prompt, line by line."""
    import difflib  # noqa: PLC0415 - likewise

    async def sources(services: "Services") -> tuple[str, str]:
        state = await services.authoring.state(key)
        before = await services.authoring.source(key, state.published if first is None else first)
        return before, await services.authoring.source(key, state.draft if last is None else last)

    before, after = (text.splitlines(keepends=True) for text in _with_services(sources))
    click.echo("".join(difflib.unified_diff(before, after, key, key)), nl=False)


def _with_services(work: "Callable[[Services], Awaitable[T]]") -> T:
    """Do something with everything that the service is made of, started."""

    async def run() -> T:
        async with running.services() as services:
            return await work(services)

    return running.with_database(run())
