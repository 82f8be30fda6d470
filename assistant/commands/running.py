"""What commands share: reading the settings, working with the database, and saying in one line what went wrong."""

from collections.abc import Coroutine
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

import rich_click as click

from assistant.errors import AssistantError, SettingsError
from assistant.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from assistant.services import Services

T = TypeVar("T")


def keep_private() -> None:
    """Have all files that this process and its children make be their owner's alone."""
    from assistant.database.state_folder import keep_private as keep  # noqa: PLC0415 - `--help` needs none of this

    keep()


def settings() -> Settings:
    """Read the settings.

    Raises:
        click.ClickException: one can't be used.
    """
    try:
        return read_settings()
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


@asynccontextmanager
async def services() -> "AsyncIterator[Services]":
    """Give everything that the service is made of, started; a command does not wait for a database that is away.

    Raises:
        SettingsError: the settings name something that can't work.
    """
    from assistant.database.state_folder import check_state  # noqa: PLC0415
    from assistant.services import Services  # noqa: PLC0415 - `--help` needs none of this

    chosen = settings()
    check_state(chosen)
    made = Services(chosen)
    await made.database.check()
    async with made.running():
        yield made


def with_database(work: Coroutine[None, None, T]) -> T:
    """Do something with the database.

    Raises:
        click.ClickException: it failed; the text says why, without the database's address.
    """
    import asyncio  # noqa: PLC0415
    import sqlite3  # noqa: PLC0415

    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415

    from assistant.database.database import is_away  # noqa: PLC0415
    from assistant.database.refusals import refusal  # noqa: PLC0415

    try:
        return asyncio.run(work)
    except AssistantError as error:
        raise click.ClickException(str(error)) from None
    except Exception as error:
        if not isinstance(error, OSError | DBAPIError | sqlite3.Error) and not (is_away(error) or refusal(error)):
            raise
        kind = type(getattr(error, "orig", None) or error).__name__  # its message would quote the address
        said = refusal(error) or f"the database can't be used, see ASSISTANT_DATABASE_URL: {kind}"
        raise click.ClickException(said) from None
