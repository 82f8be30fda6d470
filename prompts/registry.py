"""All prompts that the service knows, from the shipped files, the directories of an operator, and saved edits."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from msgspec import structs

from prompts.errors import BrokenTemplateError, DisabledPromptError, Problem, UnknownPromptError
from prompts.layers import SHIPPED, Layer, compile_file, parts_for, read_layers
from prompts.template import Prompt
from prompts.translating import translations

__all__ = ["SHIPPED", "PromptRegistry"]


class PromptRegistry:
    """Prompts by key and alias; `problems` tells which files were left out or lost an alias, and why."""

    def __init__(
        self,
        prompts: Mapping[str, Prompt],
        problems: Sequence[Problem] = (),
        disabled: Mapping[str, Prompt] = MappingProxyType({}),
    ) -> None:
        aliases, clashes = _assign_aliases(prompts)
        self._disabled = {name: each for each in disabled.values() for name in (each.key, *each.aliases)}
        self._prompts = dict(prompts)
        self._known = {**aliases, **prompts}
        self.problems = tuple(dict.fromkeys([*problems, *clashes]))

    @classmethod
    def load(
        cls, directories: Sequence[Path] = (), *, settings: Mapping[str, str] = MappingProxyType({})
    ) -> "PromptRegistry":
        """Load the shipped prompts and those of the directories; see `of_layers`."""
        layers, problems = read_layers(directories)
        return cls.of_layers(layers, settings=settings, problems=problems)

    @classmethod
    def of_layers(
        cls,
        layers: Sequence[Layer],
        *,
        settings: Mapping[str, str] = MappingProxyType({}),
        problems: Sequence[Problem] = (),
    ) -> "PromptRegistry":
        """Compile the prompts of some layers, where a later one overrides an earlier one by key.

        A broken file is left out and reported, and never replaces a good one.

        Args:
            layers: the shipped one first.
            settings: the values for `default_setting`.
            problems: what was found when the layers were read.
        """
        prompts: dict[str, Prompt] = {}
        found = list(problems)
        for place, layer in enumerate(layers):
            shared = parts_for(layers, place)
            for name in layer.prompts:
                try:
                    prompt = compile_file(name, layer.sources[name], shared, settings)
                except BrokenTemplateError as error:
                    found += error.problems
                    continue
                earlier = prompts.pop(prompt.key, None)
                prompts[prompt.key] = _with_aliases_of(earlier, prompt)
        return cls(prompts, found)

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """Every prompt, ordered by title."""
        return tuple(sorted(self._prompts.values(), key=lambda prompt: (prompt.title.casefold(), prompt.key)))

    def get(self, key_or_alias: str) -> Prompt:
        """Return a prompt; raises `UnknownPromptError`."""
        try:
            return self._known[key_or_alias]
        except KeyError:
            error = DisabledPromptError if key_or_alias in self._disabled else UnknownPromptError
            raise error(key_or_alias) from None

    def translating(self, languages: Sequence[str]) -> "PromptRegistry":
        """Return the registry with the prompt that translates once for each language."""
        disabled = {prompt.key: prompt for prompt in self._disabled.values()}
        return PromptRegistry(translations(self._prompts, languages), self.problems, translations(disabled, languages))

    def without(self, keys: Collection[str]) -> "PromptRegistry":
        """Return the registry with some prompts switched off."""
        kept = {key: prompt for key, prompt in self._prompts.items() if key not in keys}
        disabled = {key: prompt for key, prompt in self._prompts.items() if key in keys}
        return PromptRegistry(kept, self.problems, disabled)


def _assign_aliases(prompts: Mapping[str, Prompt]) -> tuple[dict[str, Prompt], list[Problem]]:
    """Give each alias to the first prompt, in the order of loading, that claims it and that no key contradicts."""
    aliases: dict[str, Prompt] = {}
    problems: list[Problem] = []
    for prompt in prompts.values():
        for alias in prompt.aliases:
            if alias in prompts or alias in aliases:
                owner = prompts.get(alias) or aliases[alias]
                reason = f"the alias {alias!r} already leads to the prompt {owner.key!r}; it is ignored here"
                problems.append(Problem(file=prompt.origin, line=_line_of_aliases(prompt), reason=reason))
            else:
                aliases[alias] = prompt
    return aliases, problems


def _with_aliases_of(earlier: Prompt | None, prompt: Prompt) -> Prompt:
    """Let a prompt that names no aliases go on answering to those of the one it overrides: composers know them."""
    if earlier is None or prompt.aliases:
        return prompt
    return structs.replace(prompt, aliases=earlier.aliases)


def _line_of_aliases(prompt: Prompt) -> int:
    lines = prompt.source.split("\n")
    return next((number for number, line in enumerate(lines, 1) if line.startswith("aliases")), 1)
