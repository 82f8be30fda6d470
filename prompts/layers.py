"""Where prompts come from: layers of files over each other, the shipped ones at the bottom."""

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct

from prompts.compiler import compile_prompt
from prompts.errors import BrokenTemplateError, Problem
from prompts.syntax import KEY, MAX_SOURCE, Source
from prompts.template import Prompt

SHIPPED = Path(__file__).parent / "templates"
"""Where the prompts that come with the service are."""
OF_THE_WORKSPACE = frozenset({"_style.j2", "_workspace.j2"})
"""The shared parts for a workspace's own style and instructions; the shipped prompts use the topmost ones."""
DEFAULT_SETTINGS: Mapping[str, str] = MappingProxyType({"language": "English"})
"""The settings that a variable may take its default from, and what they are unless told otherwise."""

_MAX_BYTES = 4 * MAX_SOURCE


class Layer(Struct, frozen=True, kw_only=True):
    """Files by their names, such as `reply_calm.j2`; names that begin with `_` are shared parts."""

    name: str
    sources: Mapping[str, Source]

    @property
    def prompts(self) -> list[str]:
        """The names of its prompts, in order."""
        return sorted(name for name in self.sources if not is_part(name))


def is_part(name: str) -> bool:
    """Tell whether a file, or key, is that of a shared part."""
    return name.startswith("_")


def with_newlines(text: str) -> str:
    """Return a text whose lines end as everywhere here, without a byte order mark, whatever editor it comes from."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def read_layers(directories: Sequence[Path]) -> tuple[list[Layer], list[Problem]]:
    """Read the shipped files and those of the directories, and report what can't be read."""
    read = [read_layer(folder) for folder in (SHIPPED, *directories)]
    return [layer for layer, _ in read], [problem for _, problems in read for problem in problems]


def read_layer(directory: Path) -> tuple[Layer, list[Problem]]:
    """Read the files of one directory, and report what can't be read."""
    problems: list[Problem] = []
    return Layer(name=str(directory), sources=_read_directory(directory, problems)), problems


def parts_for(layers: Sequence[Layer], place: int, *, without: Collection[str] = ()) -> dict[str, Source]:
    """Return the shared parts that the prompts of a layer use, by name.

    They are those of the layer itself and of the ones below it, the upper ones first. So the shipped prompts use the
    shipped parts, whatever an operator calls theirs; but the style of all of them is the topmost one, and
    so are the instructions of the workspace.

    Args:
        layers: all of them.
        place: of the layer.
        without: where parts come from that are passed over.
    """
    parts: dict[str, Source] = {}
    for number, layer in enumerate(layers):
        names = filter(is_part if number <= place else OF_THE_WORKSPACE.__contains__, layer.sources)
        found = {name: layer.sources[name] for name in names}
        parts |= {name: source for name, source in found.items() if source.origin not in without}
    return parts


def compile_on(
    layers: Sequence[Layer], key: str, text: str, *, settings: Mapping[str, str] = MappingProxyType({})
) -> Prompt:
    """Compile a prompt as if it were saved on top of all layers.

    Raises:
        BrokenTemplateError: something is wrong with it.
    """
    name = f"{key}.j2"
    return compile_file(name, Source(name, text), parts_for(layers, len(layers)), settings, strict=True)


def compile_file(
    name: str, source: Source, shared: Mapping[str, Source], settings: Mapping[str, str], *, strict: bool = False
) -> Prompt:
    """Compile a prompt's file; raises BrokenTemplateError."""
    key = name.removesuffix(".j2")
    if not re.match(KEY, key):
        raise BrokenTemplateError(source.problem(None, "use only lowercase letters, digits and _ in the file's name"))
    return compile_prompt(key, source, shared, {**DEFAULT_SETTINGS, **settings}, strict=strict)


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
        return with_newlines(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BrokenTemplateError(
            Problem(file=str(path), line=line, reason="is not UTF-8; save the file as UTF-8")
        ) from error
    except OSError as error:
        reason = f"can't be read: {error.strerror}"
        raise BrokenTemplateError(Problem(file=str(path), line=None, reason=reason)) from error
