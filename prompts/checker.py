"""The allow-list of template syntax: what a file may be written with, whatever prompt it belongs to.

Whatever is not listed here is refused. `prompts.expansion` then checks what a whole prompt does with it.
"""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from jinja2 import nodes

from prompts.characters import HALF_CHARACTER, has_half_character
from prompts.errors import MOST_PROBLEMS, Problem, shortened
from prompts.syntax import FILTERS, MAX_JOINER, ParsedFile, dotted_name, literal_name
from prompts.variables import MAX_NUMBER

LOOP_FACTS = frozenset({"first", "last", "index"})

_REMEDIES: dict[type[nodes.Node], str] = {
    nodes.Macro: "macros are not allowed; put the text in a shared part and include it",
    nodes.Import: "import is not allowed; include a shared part instead",
    nodes.FromImport: "import is not allowed; include a shared part instead",
    nodes.CallBlock: "call is not allowed; include a shared part instead",
    nodes.FilterBlock: "filter blocks are not allowed; use the filter on a value: {{ tone | lower }}",
    nodes.AssignBlock: "set with a body is not allowed; write {% set name = value %}",
    nodes.With: "with is not allowed; use {% set name = value %} inside the block",
    nodes.ScopedEvalContextModifier: "autoescape is not allowed; prompts are plain text",
    nodes.Test: "`is` tests are not allowed; every variable has a value, so compare that: {% if tone == 'warm' %}",
    nodes.Getitem: "[…] is not allowed; loop over the list or join it: {{ topics | join(', ') }}",
    nodes.Slice: "[…] is not allowed; use {{ tone | truncate(80) }} to shorten text",
    nodes.Dict: "dictionaries are not allowed; use if and elif",
    nodes.Keyword: "named arguments are not allowed; write the value only: truncate(80)",
    nodes.NSRef: "namespaces are not allowed; use {% set name = value %} inside the block",
    nodes.Concat: "",
    nodes.TemplateData: "",
    nodes.Template: "",
    nodes.Block: "",
    nodes.Output: "",
    nodes.Name: "",
    nodes.If: "",
    nodes.And: "",
    nodes.Or: "",
    nodes.Not: "",
    nodes.Compare: "",
    nodes.Operand: "",
}
_ARITHMETIC = "arithmetic (+ - * / // % **) is not allowed; join text with ~, and pass the number in a variable"
_SIMPLE = (nodes.Output, nodes.If, nodes.TemplateData)


def check_syntax(parsed: ParsedFile) -> list[Problem]:
    """Report what is not on the allow-list, with its line and what to write instead; a few of very many problems."""
    found = chain(_check_nodes(parsed.tree), _check_top(parsed), _check_placement(parsed.tree))
    return [parsed.problem(line, reason) for line, reason in list(dict.fromkeys(found))[: MOST_PROBLEMS + 1]]


def _check_nodes(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    for node in tree.find_all(nodes.Node):
        check = _CHECKS.get(type(node))
        reason = check(node) if check else _REMEDIES.get(type(node), _remedy_unknown(node))
        if reason:
            yield node.lineno, reason


def _remedy_unknown(node: nodes.Node) -> str:
    if isinstance(node, (nodes.BinExpr, nodes.UnaryExpr)):
        return _ARITHMETIC
    return f"{type(node).__name__} is not allowed in a prompt"


def _check_top(parsed: ParsedFile) -> Iterator[tuple[int, str]]:
    """Outside blocks: nothing but one extends in an inherited file; in an included part no blocks at all."""
    if parsed.role == "included":
        for misplaced in parsed.tree.find_all((nodes.Block, nodes.Extends)):
            yield misplaced.lineno, "an included part may not contain block or extends; make it plain text"
        return
    extends = [node for node in parsed.tree.body if isinstance(node, nodes.Extends)]
    for second in extends[1:]:
        yield second.lineno, "a file can extend only one part; remove this extends"
    for node in parsed.tree.body:
        line = _line_outside(node)
        if line is not None:
            yield line, "this is outside every block and would be lost; move it into a block"


def _line_outside(node: nodes.Node) -> int | None:
    """Return the line of something other than white space that is outside blocks."""
    if isinstance(node, (nodes.Block, nodes.Extends)):
        return None
    if not isinstance(node, nodes.Output):
        return node.lineno
    for part in node.nodes:
        if not isinstance(part, nodes.TemplateData):
            return part.lineno
        if part.data.strip():
            lead = len(part.data) - len(part.data.lstrip())
            return part.lineno + part.data.count("\n", 0, lead)
    return None


def _check_placement(node: nodes.Node, *, inside: str = "top") -> Iterator[tuple[int, str]]:
    """Extends is at the top, set is directly in a block or part, and a loop has text, values and conditions."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Extends) and inside != "top":
            yield child.lineno, "extends must be at the top of the file, outside blocks and conditions"
        elif isinstance(child, nodes.Assign) and inside in {"condition", "loop"}:
            yield child.lineno, "set must be directly in a block, not in a condition or loop"
        elif inside == "loop" and isinstance(child, nodes.Stmt) and not isinstance(child, _SIMPLE):
            yield child.lineno, "a loop may contain only text, values and conditions: no second loop, block or include"
        else:
            yield from _check_placement(child, inside=_where(child, inside))


def _where(node: nodes.Node, inside: str) -> str:
    if isinstance(node, nodes.For) or inside == "loop":
        return "loop"
    if isinstance(node, nodes.Block):
        return "block"
    return "condition" if isinstance(node, nodes.If) or inside == "condition" else inside


def _check_extends(node: nodes.Extends) -> str | None:
    return _check_shared_name(literal_name(node))


def _check_include(node: nodes.Include) -> str | None:
    if node.ignore_missing or not node.with_context:
        return 'write it without anything else: {% include "_part.j2" %}'
    return _check_shared_name(literal_name(node))


def _check_shared_name(name: str | None) -> str | None:
    plain = name and name.startswith("_") and name.endswith(".j2") and "/" not in name
    return None if plain else 'must name a shared part in quotes, starting with _: "_rewrite.j2"'


def _check_for(node: nodes.For) -> str | None:
    if node.recursive or node.test:
        return "a loop takes neither `recursive` nor `if`; put the condition inside"
    listed = isinstance(node.iter, nodes.Name) or dotted_name(node.iter)
    if not listed or not isinstance(node.target, nodes.Name):
        return "a loop needs one list variable: {% for topic in topics %}"
    return None


def _check_assign(node: nodes.Assign) -> str | None:
    return None if isinstance(node.target, nodes.Name) else "set takes one name: {% set name = value %}"


def _check_filter(node: nodes.Filter) -> str | None:
    if node.name not in FILTERS:
        return f"there is no filter {shortened(node.name)!r} for prompts; choose one of: {', '.join(sorted(FILTERS))}"
    if node.kwargs or node.dyn_args or node.dyn_kwargs:
        return "a filter takes no named arguments; write the value only: truncate(80)"
    values = [argument.value if isinstance(argument, nodes.Const) else None for argument in node.args]
    return _check_arguments(node.name, values)


def _check_arguments(name: str, values: list[Any]) -> str | None:
    if name == "truncate":
        fits = len(values) == 1 and type(values[0]) is int and 10 <= values[0] <= 20_000  # noqa: PLR2004 - said below
        return None if fits else "truncate takes one number from 10 to 20000: truncate(80)"
    if name == "join":
        fits = len(values) == 1 and isinstance(values[0], str) and len(values[0]) <= MAX_JOINER
        return None if fits else f"join takes one piece of text of at most {MAX_JOINER} characters: join(', ')"
    return f"{name} takes no arguments" if values else None


def _check_call(node: nodes.Call) -> str | None:
    bare = not (node.args or node.kwargs or node.dyn_args or node.dyn_kwargs)
    if bare and isinstance(node.node, nodes.Name) and node.node.name == "super":
        return None
    return "functions can't be called; the only call is {{ super() }}"


def _check_attribute(node: nodes.Getattr) -> str | None:
    owner = node.node.name if isinstance(node.node, nodes.Name) else "loop"
    if owner != "loop" and not node.attr.startswith("_"):
        return None  # whether it has such a field is seen when it is known what the prompt reads
    loop = isinstance(node.node, nodes.Name) and node.attr in LOOP_FACTS
    return None if loop else "a dot is allowed only in loop.index, loop.first and loop.last, and for fields"


def _check_constant(node: nodes.Const) -> str | None:
    if isinstance(node.value, str):
        return f"this text {HALF_CHARACTER}" if has_half_character(node.value) else None
    large = isinstance(node.value, (int, float)) and not abs(node.value) <= MAX_NUMBER
    return f"a number may be at most {MAX_NUMBER}" if large else None


def _check_choice(node: nodes.CondExpr) -> str | None:
    return None if node.expr2 else "a short if needs an else: {{ 'a' if formal else 'b' }}"


def _check_list(node: nodes.List | nodes.Tuple) -> str | None:
    plain = all(isinstance(item, nodes.Const) for item in node.items)
    return None if plain else "a list may contain only literal values: tone in ['warm', 'calm']"


_CHECKS: dict[type[nodes.Node], Callable[[Any], str | None]] = {
    nodes.Extends: _check_extends,
    nodes.Include: _check_include,
    nodes.For: _check_for,
    nodes.Assign: _check_assign,
    nodes.Filter: _check_filter,
    nodes.Call: _check_call,
    nodes.Getattr: _check_attribute,
    nodes.Const: _check_constant,
    nodes.CondExpr: _check_choice,
    nodes.List: _check_list,
    nodes.Tuple: _check_list,
}
