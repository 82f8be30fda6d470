"""What a whole prompt does: its blocks followed through extends, include and super(), as a render would.

The walk visits what a render would visit, once per visit, and stops at limits that no honest prompt reaches. So it
finds names that are not declared, operations that would fail, blocks and parts that contain themselves, a system
message that reads the draft, and output that could grow beyond a bound.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import islice

from jinja2 import nodes

from prompts.conversation import MESSAGES, MOST_MESSAGES, Context
from prompts.errors import MOST_PROBLEMS, Problem, listed, shortened
from prompts.expressions import CALLER_TEXT, LOOP, Fact, describe_names, weigh
from prompts.syntax import KEY, MAX_DEPTH, ParsedFile, dotted_name, literal_name
from prompts.variables import MAX_ITEMS, Variable

ROLES = ("system", "user")
MAX_CHARACTERS = 65_536
"""What a prompt may add to the draft in one message, with every variable at its longest (case changes aside)."""
MAX_DRAFTS = 4
"""How often a prompt may read the draft."""
MAX_THREADS = 2
"""How often a prompt may read what was said in a conversation."""

_MOST_REPORTED = 500  # problems, those that were found before counted again


class LimitError(Exception):
    """The walk can't go on: a limit is passed, and the problem is already reported."""


def check_expansion(
    chain: Sequence[ParsedFile],
    parts: Mapping[str, ParsedFile],
    variables: Mapping[str, Variable],
    context: Context = "draft",
) -> list[Problem]:
    """Report what is wrong with a prompt as a whole; `chain` is the prompt's file, then all that it extends."""
    problems: list[Problem] = []
    placed: set[str] = set()
    for role in ROLES:
        walk = Walk(chain, parts, describe_names(variables, draft=role == "user", context=context))
        problems += walk.check_role(role)
        placed |= walk.placed
    return list(dict.fromkeys(problems)) or _find_unplaced(chain, placed)


def check_brief(parsed: ParsedFile, variables: Mapping[str, Variable]) -> list[Problem]:
    """Report what is wrong with a brief: a line of text and declared variables, without the draft."""
    included = [
        parsed.problem(node.lineno, "a brief may not include anything") for node in parsed.tree.find_all(nodes.Include)
    ]
    names = describe_names(variables, draft=False)
    del names["format"]
    return included or Walk((parsed,), {}, names).check_body()


def _find_unplaced(chain: Sequence[ParsedFile], placed: set[str]) -> list[Problem]:
    """Report blocks that no role's block places, since their text would vanish."""
    known = listed(sorted(placed))
    reason = "the block {!r} is not used anywhere, so its text would be lost; this prompt uses the blocks: " + known
    found = (
        parsed.problem(block.lineno, reason.format(shortened(name)))
        for parsed in chain
        for name, block in parsed.blocks.items()
        if name not in placed
    )
    return list(islice(found, MOST_PROBLEMS + 1))


class Walk:
    """One walk over one message of a prompt; `placed` gathers the names of the blocks that it came through."""

    def __init__(self, chain: Sequence[ParsedFile], parts: Mapping[str, ParsedFile], names: Mapping[str, Fact]) -> None:
        self.placed: set[str] = set()
        self._problems: list[Problem] = []
        self._reported = 0
        self._stacks: dict[str, list[tuple[ParsedFile, nodes.Block]]] = {}
        for parsed in chain:
            for name, block in parsed.blocks.items():
                self._stacks.setdefault(name, []).append((parsed, block))
        self._top = self._file = chain[0]
        self._parts = parts
        self._names = names
        self._calls: list[tuple[str, int]] = []
        self._characters = 0
        self._drafts = 0
        self._threads = 0

    def check_role(self, role: str) -> list[Problem]:
        """Report what is wrong with the message that the role's block makes."""
        if role not in self._stacks:
            return [self._top.problem(None, f"has no block {role!r}, and neither has any file that it extends")]
        try:
            self._visit_block(role, 0, self._stacks[role][0][1].lineno)
        except LimitError:
            self._calls.clear()
        return self._problems

    def check_body(self) -> list[Problem]:
        """Report what is wrong with a template that has no blocks."""
        try:
            self._visit_body(self._top.tree.body, {}, 1)
        except LimitError:
            self._calls.clear()
        return self._problems

    def _visit_block(self, name: str, depth: int, line: int) -> None:
        self.placed.add(name)
        parsed, block = self._stacks[name][depth]
        if block.required and len(self._stacks[name]) == 1:
            self._problems.append(
                self._top.problem(None, f"must define the block {name!r}, which {parsed.file} requires")
            )
        self._visit_file(parsed, block.body, (name, depth), line)

    def _visit_file(self, parsed: ParsedFile, body: list[nodes.Node], call: tuple[str, int], line: int) -> None:
        if call in self._calls:
            self._stop(line, f"{call[0]!r} contains itself")
        if len(self._calls) == MAX_DEPTH:
            self._stop(line, f"blocks and parts are nested more than {MAX_DEPTH} levels deep")
        self._calls.append(call)
        before, self._file = self._file, parsed
        self._visit_body(body, {}, 1)
        self._file = before
        self._calls.pop()

    def _visit_body(self, body: list[nodes.Node], scope: dict[str, Fact], times: int) -> None:
        for node in body:
            self._visit(node, scope, times)

    def _visit(self, node: nodes.Node, scope: dict[str, Fact], times: int) -> None:
        self._grow(node, Fact(kind="text"), times)
        match node:
            case nodes.Output():
                for part in node.nodes:
                    self._visit_output(part, scope, times)
            case nodes.If():
                self._visit_condition(node.test, scope, times)
                self._visit_body([*node.body, *node.elif_, *node.else_], scope, times)
            case nodes.For():
                self._visit_loop(node, scope)
            case nodes.Assign():
                scope |= self._bind(node.target, self._read(node.node, scope, 1), scope)
            case nodes.Include():
                included = self._parts[literal_name(node) or ""]
                self._visit_file(included, included.tree.body, (included.name, 0), node.lineno)
            case nodes.Block():
                self._visit_block(node.name, 0, node.lineno)

    def _visit_condition(self, node: nodes.Node, scope: dict[str, Fact], times: int) -> None:
        """Account for a condition: whether a value is there at all is seen without a copy of it."""
        if isinstance(node, nodes.Name) or dotted_name(node):
            weigh(node, {**self._names, **scope}, self._report)
        else:
            self._read(node, scope, times)

    def _visit_output(self, node: nodes.Expr, scope: dict[str, Fact], times: int) -> None:
        if isinstance(node, nodes.TemplateData):
            self._grow(node, Fact(kind="text", characters=len(node.data)), times)
        elif isinstance(node, nodes.Call) and times == 1:
            self._visit_super(node)
        elif self._read(node, scope, times).kind == "list":
            self._report(node.lineno, "a list can't be used as text; join it: {{ topics | join(', ') }}")

    def _visit_super(self, node: nodes.Call) -> None:
        name, depth = self._calls[-1] if self._calls else ("", 0)
        if depth + 1 >= len(self._stacks.get(name, ())):
            self._report(node.lineno, "super() has no block of an extended file to insert; remove it")
        else:
            self._visit_block(name, depth + 1, node.lineno)

    def _visit_loop(self, node: nodes.For, scope: dict[str, Fact]) -> None:
        if dotted_name(node.iter):
            self._visit_fields(node, scope)
            return
        name = node.iter.name if isinstance(node.iter, nodes.Name) else ""
        fact = self._names.get(name)
        if fact is None or fact.kind != "list":
            self._report(node.lineno, f"a loop needs a list variable, and {name!r} is not declared as one")
            return
        item = self._bind(node.target, Fact(kind="text", characters=fact.characters // MAX_ITEMS), scope)
        self._visit_body(node.body, {**scope, **item, LOOP: Fact(kind="unknown")}, MAX_ITEMS)
        self._visit_body(node.else_, scope, 1)

    def _visit_fields(self, node: nodes.For, scope: dict[str, Fact]) -> None:
        """Visit a loop over the messages of a conversation, or over another list of what is read by a dot."""
        known = self._names.get(dotted_name(node.iter).partition(".")[0])
        if dotted_name(node.iter) == MESSAGES and known is not None and known.kind == "object":
            item, times = Fact(kind="message"), MOST_MESSAGES
        else:
            fact = self._read(node.iter, scope, 1)
            if fact.kind not in {"list", "unknown"}:
                self._report(node.lineno, f"a loop needs a list, and {dotted_name(node.iter)} is none")
            item, times = Fact(kind="text", characters=fact.characters // MAX_ITEMS), MAX_ITEMS
        self._visit_body(
            node.body, {**scope, **self._bind(node.target, item, scope), LOOP: Fact(kind="unknown")}, times
        )
        self._visit_body(node.else_, scope, 1)

    def _bind(self, target: nodes.Node, fact: Fact, scope: dict[str, Fact]) -> dict[str, Fact]:
        name = target.name if isinstance(target, nodes.Name) else ""
        if name in scope or name in self._names or name in CALLER_TEXT or name in {LOOP, "super", "self"}:
            self._report(target.lineno, f"the name {name!r} is taken; choose another")
        if not re.match(KEY, name):
            self._report(target.lineno, f"the name {name!r} can't be used; use lowercase letters, digits and _")
        return {name: fact}

    def _read(self, node: nodes.Node, scope: dict[str, Fact], times: int) -> Fact:
        """Account for an expression that is evaluated up to `times` times."""
        fact = weigh(node, {**self._names, **scope}, self._report)
        self._grow(node, fact, times)
        return fact

    def _grow(self, node: nodes.Node, fact: Fact, times: int) -> None:
        self._characters += (fact.characters + 1) * times
        self._drafts += fact.drafts * times
        self._threads += fact.threads  # all messages together are one
        if self._characters > MAX_CHARACTERS:
            self._stop(node.lineno, f"the prompt could become longer than {MAX_CHARACTERS} characters here; shorten it")
        if self._drafts > MAX_DRAFTS:
            self._stop(node.lineno, f"the draft is read more than {MAX_DRAFTS} times, or in a loop; read it once")
        if self._threads > MAX_THREADS:
            self._stop(node.lineno, f"the conversation is read more than {MAX_THREADS} times; read it once")

    def _stop(self, line: int, reason: str) -> None:
        self._report(line, reason)
        raise LimitError

    def _report(self, line: int, reason: str) -> None:
        self._reported += 1
        problem = self._file.problem(line, reason)
        if problem not in self._problems:
            self._problems.append(problem)
        if len(self._problems) > MOST_PROBLEMS or self._reported > _MOST_REPORTED:
            raise LimitError
