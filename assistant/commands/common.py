"""What commands share: the settings, and the database."""

from collections.abc import Coroutine
from typing import TypeVar

import rich_click as click

from assistant.errors import AssistantError, SettingsError
from assistant.settings import Settings, read_settings

T = TypeVar("T")


def settings_of_command() -> Settings:
    """Read the settings; one that can't be used ends the command with its name."""
    try:
        return read_settings()
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


def run_with_database(work: Coroutine[None, None, T]) -> T:
    """Do something with the database, and say in one line what went wrong."""
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
