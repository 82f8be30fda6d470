"""`assistant prompts`: list, check and render prompts."""

from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from assistant.commands import running
from assistant.commands.prompt_files import diff_prompt, export_prompts, import_prompts
from assistant.commands.prompt_tests import test_prompts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prompts.errors import Problem
    from prompts.registry import PromptRegistry
    from prompts.template import Prompt


@click.group()
def prompts() -> None:
    """List, check and render prompts."""


for command in (diff_prompt, export_prompts, import_prompts, test_prompts):
    prompts.add_command(command)


@prompts.command("list")
def list_prompts() -> None:
    """List the prompts that are served, with their versions."""
    for prompt in _registry().prompts:
        aliases = f"  (also {', '.join(prompt.aliases)})" if prompt.aliases else ""
        click.echo(f"{prompt.key:24} {prompt.version[:12]}  {prompt.title}{aliases}")


@prompts.command("lint")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[PATH]…")
@click.option("--format", "form", type=click.Choice(["text", "github"]), default="text", help="github: annotations.")
def lint_prompts(paths: tuple[Path, ...], form: str) -> None:
    """Check all prompts, or those in PATH (files or directories); the exit status is 1 if one has a problem."""
    registry = _registry(tuple(dict.fromkeys(path if path.is_dir() else path.parent for path in paths)))
    problems = [problem for problem in registry.problems if not paths or _is_in(problem.file, paths)]
    for problem in problems:
        click.echo(_annotation(problem) if form == "github" else str(problem), err=form == "text")
    if problems:
        raise SystemExit(1)
    click.echo(f"{len(registry.prompts)} prompts, no problems")


def _is_in(file: str, paths: "Sequence[Path]") -> bool:
    return any(Path(file) == path or Path(file).parent == path for path in paths)


def _annotation(problem: "Problem") -> str:
    """Write a problem as a workflow command of GitHub's, with what it escapes."""
    places = {"file": problem.file, "line": problem.line or 1, "col": problem.column or 1}
    properties = ",".join(
        f"{name}={_escaped(str(value)).replace(':', '%3A').replace(',', '%2C')}" for name, value in places.items()
    )
    return f"::error {properties}::{_escaped(problem.reason)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


@prompts.command("render")
@click.argument("key")
@click.option("--content", required=True, help="The draft.")
@click.option("--var", "variables", multiple=True, metavar="NAME=VALUE", help="A variable of the prompt.")
def render_prompt(key: str, content: str, variables: tuple[str, ...]) -> None:
    """Show what a model would be sent for a draft."""
    from assistant.text.html.recognition import is_html  # noqa: PLC0415 - `--help` needs none of this
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
        raise click.BadParameter(f"{variable!r} must be written as NAME=VALUE")
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


def _registry(directories: tuple[Path, ...] = ()) -> "PromptRegistry":
    from prompts.registry import PromptRegistry  # noqa: PLC0415 - `--help` needs none of this

    settings = running.settings()
    return PromptRegistry.load(directories or settings.prompt_directories, settings={"language": settings.language})
