"""Checking an edit against all that is in force."""

from collections.abc import Mapping

from assistant.authoring.published_prompts import PromptsInForce
from assistant.text.offloading import offload_always
from prompts.errors import BrokenTemplateError, Problem
from prompts.layers import Layer, compile_file, compile_on, is_part, parts_for
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
        await offload_always(parse_file, name, sources[name], "included")
    layers = [*files, Layer(name=edits.name, sources=sources)]
    problems = await offload_always(new_problems, in_force, layers, {name})
    if problems:
        raise BrokenTemplateError(problems)


def check_together(in_force: PromptsInForce, edits: Mapping[str, Source]) -> dict[str, Prompt]:
    """Return what several edits would make, by key, prompts alone; they are checked as if all were published.

    Args:
        in_force: what there is today.
        edits: prompts and shared parts by their keys.

    Raises:
        BrokenTemplateError: one is refused, or a prompt that is not among them could not be used with them.
    """
    *files, saved = in_force.layers()
    sources = {f"{key}.j2": source for key, source in edits.items()}
    layers = [*files, Layer(name=saved.name, sources={**saved.sources, **sources})]
    problems = new_problems(in_force, layers, {source.origin for source in edits.values()})
    shared, prompts = parts_for(layers, len(layers) - 1), dict[str, Prompt]()
    for name, source in sources.items():
        try:
            if is_part(name):
                parse_file(name, source, "included")
            else:
                prompts[name.removesuffix(".j2")] = compile_file(name, source, shared, in_force.settings, strict=True)
        except BrokenTemplateError as error:
            problems += error.problems
    if problems:
        raise BrokenTemplateError(sorted(set(problems), key=lambda problem: problem.place))
    return prompts


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
