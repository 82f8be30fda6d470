"""Whether an edit can be used: by itself, and by every prompt that it reaches."""

from collections.abc import Mapping

from assistant.authoring.published_prompts import PublishedPrompts
from assistant.text.offloading import offload_always
from prompts.errors import BrokenTemplateError, Problem
from prompts.layers import Layer, compile_file, compile_on, is_part, parts_for
from prompts.syntax import Source, parse_file
from prompts.template import Prompt


def check_prompt(published: PublishedPrompts, key: str, source: str) -> Prompt:
    """Return what a source would be as the prompt's next version; raises BrokenTemplateError."""
    return compile_on(published.layers(without=key), key, source, settings=published.settings)


async def check_part(published: PublishedPrompts, key: str, source: str | None) -> None:
    """Check a text of a shared part, and every prompt that uses it; None: the part is deleted.

    There may be hundreds of these prompts: each is compiled once, in a thread.

    Raises:
        BrokenTemplateError: the text is refused, or a prompt could not be used with it.
    """
    edits: dict[str, Source] = {}
    if source is not None:
        edits[key] = Source(f"{key}.j2", source)
        await offload_always(parse_file, f"{key}.j2", edits[key], "included")
    layers = _with_edits(published.layers(without=key), edits)
    problems = await offload_always(_new_problems, published, layers, {f"{key}.j2"})
    if problems:
        raise BrokenTemplateError(problems)


def check_together(published: PublishedPrompts, edits: Mapping[str, Source]) -> dict[str, Prompt]:
    """Return what several edits would make, prompts alone, by key; they are checked as if all were published.

    Args:
        published: what there is today.
        edits: prompts and shared parts by their keys.

    Raises:
        BrokenTemplateError: one is refused, or a prompt that is not among them could not be used with them.
    """
    layers = _with_edits(published.layers(), edits)
    problems = _new_problems(published, layers, {source.origin for source in edits.values()})
    shared, prompts = parts_for(layers, len(layers) - 1), dict[str, Prompt]()
    for key, source in edits.items():
        try:
            if is_part(key):
                parse_file(f"{key}.j2", source, "included")
            else:
                prompts[key] = compile_file(f"{key}.j2", source, shared, published.settings, strict=True)
        except BrokenTemplateError as error:
            problems += error.problems
    if problems:
        raise BrokenTemplateError(problems)
    return prompts


def _with_edits(layers: list[Layer], edits: Mapping[str, Source]) -> list[Layer]:
    *files, saved = layers
    sources = {f"{key}.j2": source for key, source in edits.items()}
    return [*files, Layer(name=saved.name, sources={**saved.sources, **sources})]


def _new_problems(published: PublishedPrompts, layers: list[Layer], changed: set[str]) -> list[Problem]:
    """Return what would be wrong with some layers, but for what is wrong already and not in the changed places."""
    return [
        problem
        for origin, problems in published.compilations.failures(layers).items()
        for problem in problems
        if origin not in published.broken or origin in changed or problem.file in changed
    ]
