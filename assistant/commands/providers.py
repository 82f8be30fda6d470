"""`assistant providers`: which there are, and whether the active one answers."""

import rich_click as click

from assistant.commands import running


@click.group()
def providers() -> None:
    """List the providers, and test the active one."""


@providers.command("list")
def list_providers() -> None:
    """List the hosts that can be chosen."""
    from providers.hosts import HOSTS  # noqa: PLC0415

    for host in HOSTS.values():
        click.echo(f"{host.name:12} {host.title:24} {host.api:10} {host.base_url or '(its address must be given)'}")


@providers.command("test")
def test_provider() -> None:
    """Make one short live call with the active provider, and wait for up to two minutes while it loads its model."""
    from assistant.commands.provider_trial import try_provider  # noqa: PLC0415
    from assistant.errors import message_of  # noqa: PLC0415
    from providers.errors import ProviderError, SettingError  # noqa: PLC0415

    try:
        completion = running.with_database(try_provider(running.settings(), _tell))
    except (ProviderError, SettingError) as error:
        raise click.ClickException(str(error) if isinstance(error, SettingError) else message_of(error)) from None
    click.echo(f"{completion.provider} answered with {completion.model}")


def _tell(said: str) -> None:
    click.echo(said, err=True)
