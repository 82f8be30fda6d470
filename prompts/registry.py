"""All prompts that the service knows, from the shipped files, the directories of an operator, and saved edits."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from prompts.compilations import Compilations, Compiled, HeldBack
from prompts.errors import DisabledPromptError, Problem, UnknownPromptError
from prompts.layers import read_layers
from prompts.template import Prompt
from prompts.translating import translations


class PromptRegistry:
    """Prompts by key and alias.

    `problems` tells which files can't be used or lost an alias, and why; `held_back` what that means, by key.
    """

    def __init__(
        self,
        prompts: Mapping[str, Prompt],
        problems: Sequence[Problem] = (),
        disabled: Mapping[str, Prompt] = MappingProxyType({}),
        held_back: Mapping[str, HeldBack] = MappingProxyType({}),
    ) -> None:
        aliases, clashes = _assign_aliases(prompts)
        self._disabled = {name: each for each in disabled.values() for name in (each.key, *each.aliases)}
        self._prompts = dict(prompts)
        self._known = {**aliases, **prompts}
        self.problems = tuple(dict.fromkeys([*problems, *clashes]))
        self.held_back = held_back

    @classmethod
    def load(
        cls, directories: Sequence[Path] = (), *, settings: Mapping[str, str] = MappingProxyType({})
    ) -> "PromptRegistry":
        """Load the shipped prompts and those of the directories, where a later one overrides an earlier one by key.

        A broken file is left out and reported, and never replaces a good one. `settings` are the values for
        `default_setting`.
        """
        layers, problems = read_layers(directories)
        return cls.of_compiled(Compilations(settings).compile(layers), problems)

    @classmethod
    def of_compiled(cls, compiled: Compiled, problems: Sequence[Problem] = ()) -> "PromptRegistry":
        """Make a registry of what was compiled; `problems` are those of reading the files."""
        found = [problem for failure in compiled.failures.values() for problem in failure]
        return cls(compiled.prompts, [*problems, *found], held_back=compiled.held_back)

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

    def find(self, key: str) -> Prompt | None:
        """Return a prompt by its own key, also one that is switched off; None if there is none."""
        found = self._prompts.get(key) or self._disabled.get(key)
        return found if found is not None and found.key == key else None

    def translating(self, languages: Sequence[str]) -> "PromptRegistry":
        """Return the registry with the prompt that translates once for each language."""
        disabled = {prompt.key: prompt for prompt in self._disabled.values()}
        prompts = translations(self._prompts, languages)
        return PromptRegistry(prompts, self.problems, translations(disabled, languages), self.held_back)

    def without(self, keys: Collection[str]) -> "PromptRegistry":
        """Return the registry with some prompts switched off."""
        kept = {key: prompt for key, prompt in self._prompts.items() if key not in keys}
        disabled = {key: prompt for key, prompt in self._prompts.items() if key in keys}
        return PromptRegistry(kept, self.problems, disabled, self.held_back)


def _assign_aliases(prompts: Mapping[str, Prompt]) -> tuple[dict[str, Prompt], list[Problem]]:
    """Give each alias to the first prompt, in the order of loading, that claims it and that no key contradicts."""
    aliases: dict[str, Prompt] = {}
    problems: list[Problem] = []
    for prompt in prompts.values():
        for alias in prompt.aliases:
            if alias in prompts or alias in aliases:
                owner = prompts.get(alias) or aliases[alias]
                reason = f"the alias {alias!r} already belongs to the prompt {owner.key!r}, and is ignored here"
                problems.append(Problem(file=prompt.origin, line=_line_of_aliases(prompt), reason=reason))
            else:
                aliases[alias] = prompt
    return aliases, problems


def _line_of_aliases(prompt: Prompt) -> int:
    lines = prompt.source.split("\n")
    return next((number for number, line in enumerate(lines, 1) if line.startswith("aliases")), 1)
