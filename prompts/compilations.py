"""Compiling the prompts of layers: each once, and with something good to fall back on where a file is broken."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import Struct, structs

from prompts.errors import BrokenTemplateError, Problem
from prompts.layers import Layer, compile_file, parts_for
from prompts.syntax import Source
from prompts.template import Prompt


class HeldBack(Struct, frozen=True, kw_only=True):
    """Why a prompt is not served as its topmost file, or published edit, has it.

    `serving` says what is served instead: where that text comes from, or nothing.
    """

    problems: tuple[Problem, ...]
    serving: str


class Compiled(Struct, frozen=True, kw_only=True):
    """The result of compiling some layers.

    `prompts` are the usable ones by key, in the order of loading; `failures` what is wrong with the files that can't be
    used, by where they come from; `held_back` tells by key what that means for a prompt.
    """

    prompts: dict[str, Prompt]
    failures: dict[str, tuple[Problem, ...]]
    held_back: dict[str, HeldBack]


class Compilations:
    """Compiles layers each time they change, and remembers the last good prompt of each file.

    A prompt is compiled again when its file, or a part that it uses, has changed. Where that fails, the last good
    one stays, compiled from its old texts: so it does not matter in which order files that belong together are
    saved. Without a last good one, as after a restart, a broken part is replaced by the one of that name below it, and
    a broken prompt by the one of the layer below.

    Args:
        settings: the values for `default_setting`.
    """

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._settings = settings
        self._good: dict[str, Prompt] = {}

    def compile(self, layers: Sequence[Layer], unread: Sequence[Problem] = ()) -> Compiled:
        """Compile all prompts; a later layer overrides an earlier one by key.

        Args:
            layers: the shipped one first.
            unread: why files could not be read that are in a layer as they were before.
        """
        prompts: dict[str, Prompt] = {}
        failures: dict[str, tuple[Problem, ...]] = {}
        held_back: dict[str, tuple[Problem, ...]] = {}
        good: dict[str, Prompt] = {}
        for place, name, source, shared in _files(layers):
            key, problems = name.removesuffix(".j2"), tuple(each for each in unread if each.file == source.origin)
            try:
                prompt: Prompt | None = self._compiled(name, source, shared)
            except BrokenTemplateError as error:
                failures[source.origin] = problems = error.problems
                prompt = self._good.get(source.origin) or self._with_lower_parts(layers, place, name, problems)
            held_back.pop(key, None)
            if problems:
                held_back[key] = problems
            if prompt is not None:
                good[source.origin] = prompt
                prompts[key] = _with_aliases_of(prompts.pop(key, None), prompt)
        self._good = good
        serving = {key: f"the last good text of {prompt.origin}" for key, prompt in prompts.items()}
        told = {
            key: HeldBack(problems=problems, serving=serving.get(key, "nothing")) for key, problems in held_back.items()
        }
        return Compiled(prompts=prompts, failures=failures, held_back=told)

    def failures(self, layers: Sequence[Layer]) -> dict[str, tuple[Problem, ...]]:
        """Return what would be wrong with the files of some layers, by where they come from; nothing is remembered."""
        found: dict[str, tuple[Problem, ...]] = {}
        for _, name, source, shared in _files(layers):
            try:
                self._compiled(name, source, shared)
            except BrokenTemplateError as error:
                found[source.origin] = error.problems
        return found

    def _compiled(self, name: str, source: Source, shared: Mapping[str, Source]) -> Prompt:
        good = self._good.get(source.origin)
        if good is not None and good.source == source.text and _is_made_of(good, shared):
            return good
        return compile_file(name, source, shared, self._settings)

    def _with_lower_parts(
        self, layers: Sequence[Layer], place: int, name: str, problems: Collection[Problem]
    ) -> Prompt | None:
        """Compile a prompt without the parts that are to blame, as long as there are others of their names."""
        source, blamed = layers[place].sources[name], {problem.file for problem in problems}
        tried = parts_for(layers, place)
        while (shared := parts_for(layers, place, without=blamed)) != tried:
            tried = shared
            try:
                return compile_file(name, source, shared, self._settings)
            except BrokenTemplateError as error:
                blamed |= {problem.file for problem in error.problems}
        return None


def _files(layers: Sequence[Layer]) -> Iterator[tuple[int, str, Source, dict[str, Source]]]:
    """Return every prompt's file: the place of its layer, its name, what it holds, and the parts that it may use."""
    for place, layer in enumerate(layers):
        shared = parts_for(layers, place)
        for name in layer.prompts:
            yield place, name, layer.sources[name], shared


def _is_made_of(prompt: Prompt, shared: Mapping[str, Source]) -> bool:
    return all(name in shared and shared[name].text == text for name, text in prompt.parts.items())


def _with_aliases_of(earlier: Prompt | None, prompt: Prompt) -> Prompt:
    """Let a prompt without aliases keep those of the one that it overrides: composers know them."""
    if earlier is None or prompt.aliases:
        return prompt
    return structs.replace(prompt, aliases=earlier.aliases)
