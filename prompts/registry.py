"""All prompts that the service knows, from the shipped files and the directories of an operator."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from msgspec import structs

from prompts.compiler import compile_prompt
from prompts.errors import BrokenTemplateError, Problem, UnknownPromptError
from prompts.syntax import KEY, MAX_SOURCE, Source
from prompts.template import Prompt

SHIPPED = Path(__file__).parent / "templates"
"""Where the prompts that come with the service are."""
DEFAULT_SETTINGS: Mapping[str, str] = MappingProxyType({"language": "English"})
"""The settings that a variable may take its default from, and what they are unless `load` is told otherwise."""

_MAX_BYTES = 4 * MAX_SOURCE


class PromptRegistry:
    """Prompts by key and alias; `problems` tells which files were left out or lost an alias, and why."""

    def __init__(self, prompts: Mapping[str, Prompt], problems: Sequence[Problem] = ()) -> None:
        aliases, clashes = _assign_aliases(prompts)
        self._prompts = dict(prompts)
        self._known = {**aliases, **prompts}
        self.problems = tuple(dict.fromkeys([*problems, *clashes]))

    @classmethod
    def load(
        cls, directories: Sequence[Path] = (), *, settings: Mapping[str, str] = MappingProxyType({})
    ) -> "PromptRegistry":
        """Load the shipped prompts and those of the directories, where a later one overrides an earlier one by key.

        Shared parts of a directory stand in for parts of the same name further down, for that directory's prompts and
        those of later ones; the shipped prompts always use the shipped parts. A broken file is left out and
        reported, and never replaces a good one. `settings` are the values for `default_setting`.
        """
        prompts: dict[str, Prompt] = {}
        problems: list[Problem] = []
        shared: dict[str, Source] = {}
        for directory in (SHIPPED, *directories):
            sources = _read_directory(directory, problems)
            shared |= {name: source for name, source in sources.items() if name.startswith("_")}
            for name in sorted(sources.keys() - shared.keys()):
                try:
                    prompt = _compile_file(name, sources[name], shared, {**DEFAULT_SETTINGS, **settings})
                    earlier = prompts.pop(prompt.key, None)
                    prompts[prompt.key] = _with_aliases_of(earlier, prompt)
                except BrokenTemplateError as error:
                    problems += error.problems
        return cls(prompts, problems)

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """Every prompt, ordered by title."""
        return tuple(sorted(self._prompts.values(), key=lambda prompt: (prompt.title.casefold(), prompt.key)))

    def get(self, key_or_alias: str) -> Prompt:
        """Return a prompt; raises `UnknownPromptError`."""
        try:
            return self._known[key_or_alias]
        except KeyError:
            raise UnknownPromptError(key_or_alias) from None


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


def _read_directory(directory: Path, problems: list[Problem]) -> dict[str, Source]:
    """Read every `*.j2` of a directory, by name; what can't be read is added to `problems`."""
    sources: dict[str, Source] = {}
    try:
        paths = sorted(path for path in directory.iterdir() if path.suffix == ".j2")
    except OSError as error:
        problems.append(Problem(file=str(directory), line=None, reason=f"can't be read: {error.strerror}"))
        return sources
    for path in paths:
        try:
            sources[path.name] = Source(str(path), _read_file(path))
        except BrokenTemplateError as error:
            problems += error.problems
    return sources


def _read_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(_MAX_BYTES + 1)
        if len(raw) > _MAX_BYTES:
            raise BrokenTemplateError(
                Problem(file=str(path), line=None, reason=f"is longer than {MAX_SOURCE} characters")
            )
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BrokenTemplateError(
            Problem(file=str(path), line=line, reason="is not UTF-8; save it as UTF-8")
        ) from error
    except OSError as error:
        reason = f"can't be read: {error.strerror}"
        raise BrokenTemplateError(Problem(file=str(path), line=None, reason=reason)) from error


def _compile_file(name: str, source: Source, shared: Mapping[str, Source], settings: Mapping[str, str]) -> Prompt:
    key = name.removesuffix(".j2")
    if not re.match(KEY, key):
        raise BrokenTemplateError(source.problem(None, "name the file with small letters, digits and _ only"))
    return compile_prompt(key, source, shared, settings)
