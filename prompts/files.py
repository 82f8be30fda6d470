"""The files of one prompt: itself, all that it extends, and all that those include."""

import functools
from collections.abc import Mapping
from typing import NamedTuple

from jinja2 import nodes

from prompts.checker import check_syntax
from prompts.errors import BrokenTemplateError, listed, shortened
from prompts.syntax import MAX_DEPTH, MOST_PARTS, ParsedFile, Role, Source, literal_name, parse_file


class Files(NamedTuple):
    """`chain` is the prompt's own file, then its parent, and so on; `parts` are the included ones, by name."""

    chain: list[ParsedFile]
    parts: dict[str, ParsedFile]

    @property
    def names(self) -> dict[str, ParsedFile]:
        """Every file of the prompt by the name that extends and include use."""
        return {**self.parts, **{parsed.name: parsed for parsed in self.chain}}


def gather_files(name: str, source: Source, shared: Mapping[str, Source]) -> Files:
    """Parse a prompt's template and every shared part that it uses, and check their syntax.

    Raises:
        BrokenTemplateError: one is missing, extends itself, or is written with something that is not allowed.
    """
    chain = [_parse_checked(name, source, "inherited")]
    while extends := chain[-1].extends:
        parent, line = literal_name(extends) or "", extends.lineno
        if parent in {parsed.name for parsed in chain}:
            raise BrokenTemplateError(chain[-1].problem(line, f"{parent} extends itself"))
        if len(chain) == MAX_DEPTH:
            raise BrokenTemplateError(
                chain[-1].problem(line, f"files extend each other more than {MAX_DEPTH} levels deep")
            )
        chain.append(_parse_part(parent, _find(chain[-1], line, parent, shared), "inherited"))
    return Files(chain, _gather_parts(chain, shared))


def _gather_parts(chain: list[ParsedFile], shared: Mapping[str, Source]) -> dict[str, ParsedFile]:
    parts: dict[str, ParsedFile] = {}
    waiting = list(chain)
    while waiting:
        parsed = waiting.pop()
        for node in parsed.tree.find_all(nodes.Include):
            name = literal_name(node) or ""
            if name not in parts:
                parts[name] = _parse_part(name, _find(parsed, node.lineno, name, shared), "included")
                waiting.append(parts[name])
    return parts


def _find(parsed: ParsedFile, line: int, name: str, shared: Mapping[str, Source]) -> Source:
    if name in shared:
        return shared[name]
    known = listed(sorted(shared)) or "none"
    raise BrokenTemplateError(
        parsed.problem(line, f"there is no shared part {shortened(name)!r}; choose one of: {known}")
    )


def _parse_checked(name: str, source: Source, role: Role) -> ParsedFile:
    parsed = parse_file(name, source, role)
    if problems := check_syntax(parsed):
        raise BrokenTemplateError(problems)
    return parsed


@functools.lru_cache(maxsize=MOST_PARTS)
def _parse_part(name: str, source: Source, role: Role) -> ParsedFile:
    """Parse and check a shared part, once for all prompts that use it; raises `BrokenTemplateError`."""
    return _parse_checked(name, source, role)
