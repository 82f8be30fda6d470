"""What commands share: reading the settings, working with the database, and saying in one line what went wrong."""

from collections.abc import Coroutine
from typing import TypeVar

import rich_click as click

from assistant.errors import AssistantError, SettingsError
from assistant.settings import Settings, read_settings

T = TypeVar("T")


def settings() -> Settings:
    """Read the settings.

    Raises:
        click.ClickException: one can't be used.
    """
    try:
        return read_settings()
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


def with_database(work: Coroutine[None, None, T]) -> T:
    """Do something with the database.

    Raises:
        click.ClickException: it failed; the text says why, without the database's address.
    """
    import asyncio  # noqa: PLC0415
    import sqlite3  # noqa: PLC0415

    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415

    try:
        return asyncio.run(work)
    except AssistantError as error:
        raise click.ClickException(str(error)) from None
    except (OSError, DBAPIError, sqlite3.Error) as error:
        kind = type(getattr(error, "orig", None) or error).__name__  # its message would quote the address
        raise click.ClickException(f"the database can't be used, see ASSISTANT_DATABASE_URL: {kind}") from None
