"""`assistant prompts`: list, check and render prompts."""

from typing import TYPE_CHECKING

import rich_click as click

from assistant.commands import running
from assistant.commands.prompt_tests import test_prompts

if TYPE_CHECKING:
    from prompts.registry import PromptRegistry
    from prompts.template import Prompt


@click.group()
def prompts() -> None:
    """List, check and render prompts."""


prompts.add_command(test_prompts)


@prompts.command("list")
def list_prompts() -> None:
    """List the prompts that would be served, with their versions."""
    for prompt in _registry().prompts:
        aliases = f"  (also {', '.join(prompt.aliases)})" if prompt.aliases else ""
        click.echo(f"{prompt.key:24} {prompt.version[:12]}  {prompt.title}{aliases}")


@prompts.command("lint")
def lint_prompts() -> None:
    """Check all prompts; says file, line and reason of each problem, and fails when there is one."""
    registry = _registry()
    for problem in registry.problems:
        click.echo(f"{problem.file}:{problem.line or 1}: {problem.reason}", err=True)
    if registry.problems:
        raise SystemExit(1)
    click.echo(f"{len(registry.prompts)} prompts, no problem")


@prompts.command("render")
@click.argument("key")
@click.option("--content", required=True, help="The draft.")
@click.option("--var", "variables", multiple=True, metavar="NAME=VALUE", help="A variable of the prompt.")
def render_prompt(key: str, content: str, variables: tuple[str, ...]) -> None:
    """Show what a model would be sent for a draft."""
    from assistant.completion.output import is_html  # noqa: PLC0415 - `--help` needs none of this
    from prompts.errors import PromptError  # noqa: PLC0415

    try:
        prompt = _registry().get(key)
        values = prompt.resolve({name: _value(prompt, name, text) for name, text in map(_pair, variables)})
        turns = prompt.render(content, values, html=is_html(content))
    except PromptError as error:
        raise click.ClickException(str(error)) from None
    for turn in turns:
        click.secho(f"--- {turn.role}", bold=True)
        click.echo(turn.content)


def _pair(variable: str) -> tuple[str, str]:
    name, equals, value = variable.partition("=")
    if not equals:
        raise click.BadParameter(f"{variable!r} must be written NAME=VALUE")
    return name, value


def _value(prompt: "Prompt", name: str, text: str) -> object:
    """Read a variable's value as JSON where it is not a text."""
    import msgspec  # noqa: PLC0415

    variable = prompt.variables.get(name)
    if variable is None or variable.type in {"string", "choice"}:
        return text
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        raise click.BadParameter(f'{name} must be written as JSON, such as 3, true or ["a"]') from None


def _registry() -> "PromptRegistry":
    from assistant.services import read_prompts  # noqa: PLC0415 - `--help` needs none of this

    return read_prompts(running.settings())
