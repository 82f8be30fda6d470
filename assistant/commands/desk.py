"""`assistant desk`: the built-in helpdesk by itself."""

from pathlib import Path

import rich_click as click

from assistant.commands import running
from assistant.commands.serving import listening, serve_app


@click.group()
def desk() -> None:
    """Run the built-in helpdesk alone, or move it."""
    running.keep_private()


@desk.command("serve")
@listening
def serve_desk(host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the built-in helpdesk without the assistant."""
    serve_app("create_desk", host, port, workers)


@desk.command("export")
@click.argument("file", type=click.Path(path_type=Path))
def export_desk(file: Path) -> None:
    """Write the whole desk into FILE (- for standard output), as JSON lines.

    FILE holds all that customers wrote and the hashes of passwords and API secrets: only its owner may read it.
    """
    from assistant.commands.desk_transfer import export_desk as export  # noqa: PLC0415

    click.echo(f"{running.with_database(export(running.settings(), file))} rows exported", err=True)


@desk.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Remove all that the desk holds first.")
def import_desk(file: Path, replace: bool) -> None:  # noqa: FBT001 - a flag of the command line
    """Fill a fresh desk from FILE (- for standard input), which `export` wrote: all of it, or nothing.

    Stop the service first; else its requests wait meanwhile.
    """
    from assistant.commands.desk_transfer import import_desk as fill  # noqa: PLC0415

    click.echo(f"{running.with_database(fill(running.settings(), file, replace=replace))} rows imported", err=True)
