"""`assistant database` and `assistant keys`: look after what is stored."""

import rich_click as click

from assistant.commands.common import run_with_database, settings_of_command


@click.group()
def database() -> None:
    """Look after the database."""


@database.command("upgrade")
def upgrade_database() -> None:
    """Bring the tables up to date; serving does the same at every start."""
    from assistant.app import upgrade_tables  # noqa: PLC0415

    run_with_database(upgrade_tables(settings_of_command()))
    click.echo("the database is up to date")


@click.group()
def keys() -> None:
    """Look after the keys that seal what is stored."""


@keys.command("rotate")
def rotate_keys() -> None:
    """Seal the providers' API keys anew, with the first key of ASSISTANT_SECRET_KEY.

    Put the new key first into ASSISTANT_SECRET_KEY, a comma and the old one behind it, and restart the service before
    this; when this is done, the old one can go. Where the service made its key itself, this makes the new one: restart
    the service afterwards. Stored answers of before are asked for anew.
    """
    from assistant.app import rotate_keys as rotate  # noqa: PLC0415

    settings = settings_of_command()
    sealed = run_with_database(rotate(settings))
    click.echo(f"{sealed} values are sealed with the first key now")
    if settings.secret_key:
        click.echo("the other keys of ASSISTANT_SECRET_KEY are not needed any more, once all replicas have restarted")
    else:
        click.echo(f"a new key stands in {settings.state_dir / 'secret-key'}; restart the service")
