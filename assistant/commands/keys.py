"""`assistant keys`: the secret keys that stored secrets are sealed with."""

from typing import TYPE_CHECKING

import rich_click as click

from assistant.commands import running
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.commands.key_rotation import Rotation


@click.group()
def keys() -> None:
    """Look after ASSISTANT_SECRET_KEY."""
    running.keep_private()


@keys.command("rotate")
def rotate_keys() -> None:
    """Encrypt everything again, with the first key of ASSISTANT_SECRET_KEY.

    Put a new key before the old one, restart the service with both, and run this; then the old key can go. Where the
    service made its key itself, this makes a new one, and the old one stays behind it in the same file. It may run
    while the service does, and again at any time.
    """
    from assistant.commands.key_rotation import rotate_stored  # noqa: PLC0415 - `--help` needs none of this

    settings = running.settings()
    done = running.with_database(rotate_stored(settings))
    first = (
        "the first key of ASSISTANT_SECRET_KEY" if done.made_in is None else f"a new key, the first in {done.made_in}"
    )
    click.echo(f"{done.rewritten} of {done.values} sealed values rewritten with {first}")
    click.echo(f"next: {_next(settings, done)}")


def _next(settings: Settings, done: "Rotation") -> str:
    if done.made_in is not None:
        return "restart the service, so that it seals with the new key; the older ones stay in the file"
    if len(settings.secret_key) == 1:
        return "nothing; to change the key, put a new one before it, restart the service, and run this again"
    return "once all replicas run with this ASSISTANT_SECRET_KEY, remove the keys after the first from it, and restart"
