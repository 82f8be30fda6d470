"""The `assistant` command."""

import gc

import rich_click as click

from assistant.commands.database import database
from assistant.commands.desk import desk
from assistant.commands.keys import keys
from assistant.commands.prompts import prompts
from assistant.commands.providers import providers
from assistant.commands.serving import serve

_OBJECTS = 100_000  # that are made between two collections: importing modules throws little away


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """A reply assistant that a helpdesk can self-host; settings come from ASSISTANT_… variables or a .env file."""
    gc.set_threshold(_OBJECTS)


for command in (serve, prompts, providers, desk, database, keys):
    main.add_command(command)
