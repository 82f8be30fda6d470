"""Checking an edit against all that is in force."""

import asyncio

from assistant.authoring.in_force import PromptsInForce
from prompts.errors import BrokenTemplateError, Problem
from prompts.layers import Layer, compile_on
from prompts.syntax import Source, parse_file
from prompts.template import Prompt


def check_prompt(in_force: PromptsInForce, key: str, source: str) -> Prompt:
    """Return what a source would be as the prompt's next version; raises BrokenTemplateError."""
    return compile_on(in_force.layers(without=key), key, source, settings=in_force.settings)


async def check_part(in_force: PromptsInForce, key: str, source: str | None) -> None:
    """See that a shared part leaves every prompt in order that uses it; None: that all do without it.

    Each of these prompts is compiled once, in a thread: there may be hundreds.

    Raises:
        BrokenTemplateError: it is refused, or a prompt could not be used with it.
    """
    name = f"{key}.j2"
    *files, edits = in_force.layers(without=key)
    sources = dict(edits.sources)
    if source is not None:
        sources[name] = Source(name, source)
        parse_file(name, sources[name], "included")
    layers = [*files, Layer(name=edits.name, sources=sources)]
    problems = await asyncio.to_thread(new_problems, in_force, layers, {name})
    if problems:
        raise BrokenTemplateError(problems)


def new_problems(in_force: PromptsInForce, layers: list[Layer], changed: set[str]) -> list[Problem]:
    """Return what would be wrong with some layers: in a changed file, and with prompts that can be used today.

    Args:
        in_force: what there is today.
        layers: what there would be.
        changed: where the changed texts come from.
    """
    found = in_force.compilations.failures(layers)
    return [
        problem
        for origin, problems in found.items()
        for problem in problems
        if origin not in in_force.broken or origin in changed or problem.file in changed
    ]
