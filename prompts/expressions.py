"""What an expression in a template can be, and how long, before any value is known."""

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias

from jinja2 import nodes
from msgspec import Struct

from prompts.conversation import FIELDS, LISTS, MESSAGE_FIELDS, MESSAGE_LISTS, MESSAGES, Context
from prompts.errors import did_you_mean, listed, shortened
from prompts.syntax import MAX_JOINER, TEXT_FILTERS
from prompts.variables import MAX_ITEMS, Variable

Kind: TypeAlias = Literal["text", "number", "boolean", "list", "object", "message", "mixed", "unknown"]
"""`unknown` follows a problem that was already reported, and fits everywhere; objects are read by their fields."""
Report: TypeAlias = Callable[[int, str], None]
"""Takes the line and the reason of a problem."""
CONTACT = {"contact_name": 100, "contact_language": 60}
"""What the user block may read of the customer whose conversation is open, and how many characters that has at most."""
CALLER_TEXT = frozenset({"content", *FIELDS, *CONTACT})
"""What customers and agents wrote; it is never part of a system message."""
LOOP = "loop"

_KINDS: dict[str, Kind] = {"integer": "number", "number": "number", "boolean": "boolean", "list": "list"}


class Fact(Struct, frozen=True, kw_only=True):
    """The kind of a name or expression, and the most that it adds to a prompt.

    That is characters, copies of the draft, and copies of what was said in the conversation.
    """

    kind: Kind
    characters: int = 0
    drafts: int = 0
    threads: int = 0


Names: TypeAlias = Mapping[str, Fact]


def describe_names(variables: Mapping[str, Variable], *, draft: bool, context: Context = "draft") -> dict[str, Fact]:
    """Tell what a template may read; `draft` says whether the agent's draft is part of it, and what goes with it."""
    known = {
        name: Fact(kind=_KINDS.get(variable.type, "text"), characters=variable.max_characters)
        for name, variable in variables.items()
    }
    known["format"] = Fact(kind="text", characters=4)
    if draft:
        known = {name: Fact(kind="text", characters=most) for name, most in CONTACT.items()} | known
        known["content"] = Fact(kind="text", drafts=1)
    if draft and context == "conversation":
        known |= {name: Fact(kind="object") for name in FIELDS}
    return known


def weigh(node: nodes.Node, names: Names, report: Report) -> Fact:
    """Tell what an expression can be at most; reports names that are not declared and operations that could fail."""
    if isinstance(node, nodes.Name):
        return _weigh_name(node, names, report)
    if isinstance(node, nodes.Const):
        return _weigh_constant(node.value)
    if isinstance(node, nodes.Getattr):
        return _weigh_field(node, names, report)
    if isinstance(node, nodes.Call):
        report(node.lineno, "super() must be on its own and outside loops: {{ super() }}")
        return Fact(kind="unknown")
    inner = [weigh(child, names, report) for child in node.iter_child_nodes()]
    characters, drafts = sum(fact.characters for fact in inner), sum(fact.drafts for fact in inner)
    threads = sum(fact.threads for fact in inner)
    find = _FINDERS.get(type(node), _find_same)
    kind = _FIXED.get(type(node)) or find(node, [fact.kind for fact in inner], report)
    return Fact(kind=kind, characters=characters + _extra(node), drafts=drafts, threads=threads)


def _weigh_name(node: nodes.Name, names: Names, report: Report) -> Fact:
    fact = names.get(node.name) if node.name != LOOP else None
    if fact is not None and fact.kind in {"object", "message"}:
        field = "text" if fact.kind == "message" else next(iter(FIELDS[node.name]))
        report(node.lineno, f"{node.name} is read field by field: {{{{ {node.name}.{field} }}}}")
        return Fact(kind="unknown")
    if fact is not None:
        return fact
    if node.name in CALLER_TEXT and "content" not in names:
        report(
            node.lineno, f"{node.name!r} may be used only in the user block, never in the system message or the brief"
        )
    else:
        known = listed(sorted(names.keys() - {LOOP}))
        guess = did_you_mean(node.name, names.keys() - {LOOP})
        report(
            node.lineno,
            f"unknown name {shortened(node.name)!r}{guess}; declare it under variables, or use one of: {known}",
        )
    return Fact(kind="unknown")


def _weigh_field(node: nodes.Getattr, names: Names, report: Report) -> Fact:
    """Tell what is read by a dot: of the loop, of what the conversation is about, of one of its messages."""
    owner = node.node.name if isinstance(node.node, nodes.Name) else ""
    if owner == LOOP:
        if LOOP not in names:
            report(node.lineno, f"loop.{node.attr} can be used only inside a loop")
        return Fact(kind="number" if node.attr == "index" else "boolean", characters=5)
    fact = names.get(owner)
    if fact is None or fact.kind not in {"object", "message"}:
        if owner in FIELDS:
            report(
                node.lineno,
                f"{owner}.{node.attr} can be used only in the user block of a prompt with `context: conversation`",
            )
        else:
            report(
                node.lineno, f"{shortened(owner)!r} has no fields; a dot is for {listed(sorted(FIELDS))} and messages"
            )
        return Fact(kind="unknown")
    fields, lists = (MESSAGE_FIELDS, MESSAGE_LISTS) if fact.kind == "message" else (FIELDS[owner], LISTS.get(owner, {}))
    if fact.kind == "message" and node.attr == "text":
        return Fact(kind="text", threads=1)
    if node.attr in fields:
        return Fact(kind="text", characters=fields[node.attr])
    if node.attr in lists:
        return Fact(kind="list", characters=lists[node.attr])
    if f"{owner}.{node.attr}" == MESSAGES:
        report(node.lineno, "loop over the messages: {% for message in conversation.messages %}")
    else:
        known = [*fields, *lists, *(["text"] if fact.kind == "message" else [])]
        report(node.lineno, f"{owner} has no field {shortened(node.attr)!r}; it has: {listed(sorted(known))}")
    return Fact(kind="unknown")


def _weigh_constant(value: object) -> Fact:
    if isinstance(value, str):
        return Fact(kind="text", characters=len(value) + 1)
    if isinstance(value, bool) or value is None:
        return Fact(kind="boolean", characters=5)
    return Fact(kind="number", characters=24)


def _extra(node: nodes.Node) -> int:
    """Characters that an operation itself may add."""
    if isinstance(node, nodes.Filter) and node.name == "join":
        joiner = node.args[0] if node.args else None
        known = isinstance(joiner, nodes.Const) and isinstance(joiner.value, str)
        return MAX_ITEMS * (len(joiner.value) if known else MAX_JOINER)  # type: ignore[union-attr] # known
    return MAX_JOINER * len(node.items) if isinstance(node, (nodes.List, nodes.Tuple)) else 0


def _find_same(node: nodes.Node, kinds: list[Kind], report: Report) -> Kind:
    """The kind of `and`, `or`, a short if, or what is compared: that of its sides."""
    sides = set(kinds[-2:])
    if len(sides) == 1:
        return sides.pop()
    if "list" in sides and "unknown" not in sides:
        report(node.lineno, "one side is a list and the other is not; join the list: topics | join(', ')")
        return "unknown"
    return "mixed"


def _find_filtered(node: nodes.Filter, kinds: list[Kind], report: Report) -> Kind:
    wanted: tuple[Kind, ...] = ("text",) if node.name in TEXT_FILTERS else ("list",)
    if node.name == "length":
        wanted = ("text", "list")
    if kinds[0] not in (*wanted, "unknown"):
        report(node.lineno, f"{node.name} works on {' or '.join(wanted)} values, not on {kinds[0]} values")
    return "number" if node.name in {"length", "wordcount"} else "text"


def _find_joined(node: nodes.Concat, kinds: list[Kind], report: Report) -> Kind:
    if "list" in kinds:
        report(node.lineno, "a list can't be used as text; join it: {{ topics | join(', ') }}")
    return "text"


def _find_compared(node: nodes.Compare, kinds: list[Kind], report: Report) -> Kind:
    for operand, left, right in zip(node.ops, kinds, kinds[1:], strict=False):
        if "unknown" not in (left, right) and (reason := _compare_problem(operand.op, left, right)):
            report(node.lineno, reason)
    return "boolean"


def _compare_problem(operator: str, left: Kind, right: Kind) -> str | None:
    if operator in {"eq", "ne"}:
        return None
    if operator in {"in", "notin"}:
        fits = right == "list" or left == right == "text"
        return (
            None
            if fits
            else f"`in` looks for text in text or for a value in a list, not for a {left} value in a {right} value"
        )
    return None if left == right == "number" else f"< and > compare numbers, not a {left} value with a {right} value"


_FINDERS: dict[type[nodes.Node], Callable[[Any, list[Kind], Report], Kind]] = {
    nodes.Filter: _find_filtered,
    nodes.Concat: _find_joined,
    nodes.Compare: _find_compared,
}
_FIXED: dict[type[nodes.Node], Kind] = {nodes.List: "list", nodes.Tuple: "list", nodes.Not: "boolean"}
