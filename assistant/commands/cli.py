"""The `assistant` command."""

import gc

import rich_click as click

from assistant.commands.database import database
from assistant.commands.desk import desk
from assistant.commands.keys import keys
from assistant.commands.prompts import prompts
from assistant.commands.providers import providers
from assistant.commands.serving import serve


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """A reply assistant that a helpdesk can self-host; settings come from ASSISTANT_… variables or a .env file."""
    gc.disable()  # while modules are imported: they throw little away


for command in (serve, prompts, providers, desk, database, keys):
    main.add_command(command)
