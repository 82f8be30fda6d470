"""Checking an edit against all that is in force."""

from assistant.authoring.in_force import PromptsInForce
from prompts.errors import BrokenTemplateError, Problem
from prompts.layers import Layer, compile_on
from prompts.registry import PromptRegistry
from prompts.syntax import Source, parse_file
from prompts.template import Prompt


def check_prompt(in_force: PromptsInForce, key: str, source: str) -> Prompt:
    """Return what a source would be as the prompt's next version; raises BrokenTemplateError."""
    return compile_on(in_force.layers(without=key), key, source, settings=in_force.settings)


def check_part(in_force: PromptsInForce, key: str, source: str | None) -> None:
    """See that a shared part leaves every prompt in order that uses it; None: that all do without it.

    Raises:
        BrokenTemplateError: it is refused, or a prompt could not be used with it.
    """
    name = f"{key}.j2"
    *files, edits = in_force.layers(without=key)
    sources = dict(edits.sources)
    if source is not None:
        sources[name] = Source(name, source)
        parse_file(name, sources[name], "included")
    broken = _problems(in_force, [*files, Layer(name=edits.name, sources=sources)])
    fresh = [each for each in broken if each not in set(_problems(in_force, in_force.layers()))]
    if fresh:
        raise BrokenTemplateError(fresh)


def _problems(in_force: PromptsInForce, layers: list[Layer]) -> tuple[Problem, ...]:
    return PromptRegistry.of_layers(layers, settings=in_force.settings).problems
