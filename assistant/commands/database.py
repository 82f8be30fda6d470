"""`assistant database`: its tables."""

import rich_click as click

from assistant.commands import running


@click.group()
def database() -> None:
    """Look after the database."""
    running.keep_private()


@database.command("upgrade")
def upgrade_database() -> None:
    """Bring the tables up to date; serving does the same at every start."""
    from assistant.commands.storage import upgrade_tables  # noqa: PLC0415

    running.with_database(upgrade_tables(running.settings()))
    click.echo("the database is up to date")
