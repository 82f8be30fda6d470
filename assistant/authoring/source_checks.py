"""What is wrong with a text while it is being typed, and what it says of itself; nothing is stored."""

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from msgspec import UNSET, Struct, structs

from assistant.authoring.published_prompts import PublishedPrompts
from assistant.text.offloading import offload_always
from prompts.checker import check_syntax
from prompts.errors import BrokenTemplateError, Problem
from prompts.front_matter import FrontMatter, read_document
from prompts.layers import Layer, compile_file, compile_on, is_part, parts_for, with_newlines
from prompts.syntax import Source, parse_file
from prompts.template import Prompt
from prompts.variables import Value, Variable, VariableType

Severity: TypeAlias = Literal["error", "warning"]
"""An error keeps a text from being saved, a warning does not."""

_MOST_USERS = 8  # prompts that a shared part is checked with; saving it checks all


class Finding(Struct, frozen=True, kw_only=True):
    """One thing that is wrong; lines and columns are counted from 1, null where they can't be told."""

    line: int | None
    column: int | None
    message: str
    severity: Severity


class AskedVariable(Struct, frozen=True, kw_only=True):
    """A variable of a prompt, for a form that asks for its value; `default` is null where it is `required`."""

    name: str
    type: VariableType
    description: str
    required: bool
    default: Value | None
    choices: tuple[str, ...]
    max_length: int
    multiline: bool


class CheckedSource(Struct, frozen=True, kw_only=True):
    """What was found in a text.

    The other members are null, or empty, as long as the front matter can't be read. `tests` counts them, `parts` are
    the shared parts that the prompt is made of, once it can be used.
    """

    problems: list[Finding]
    title: str | None = None
    description: str | None = None
    context: str | None = None
    variables: list[AskedVariable] | None = None
    guards: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    tests: int = 0
    parts: list[str] = []


async def check_source(published: PublishedPrompts, key: str, source: str) -> CheckedSource:
    """Check a text as if it were saved as the next version of a prompt or shared part; it is done in a thread.

    Args:
        published: what there is today.
        key: of the prompt; one that begins with `_` is a shared part, which is looked at with a few of its prompts.
        source: front matter and template as one text.
    """
    check = _check_part if is_part(key) else _check_prompt
    return await offload_always(check, published, key, with_newlines(source))


def _check_prompt(published: PublishedPrompts, key: str, source: str) -> CheckedSource:
    name = f"{key}.j2"
    try:
        prompt = compile_on(published.layers(without=key), key, source, settings=published.settings)
    except BrokenTemplateError as error:
        return _told(_front_matter(name, source), [_finding(name, problem) for problem in error.problems])
    checked = _told(prompt, list(_lost_aliases(published, prompt)))
    return structs.replace(checked, parts=sorted(part.removesuffix(".j2") for part in prompt.parts))


def _check_part(published: PublishedPrompts, key: str, source: str) -> CheckedSource:
    name = f"{key}.j2"
    text = Source(name, source)
    try:
        parsed = parse_file(name, text, "included")
        inherited = parsed.extends is not None or bool(parsed.blocks)
        found = check_syntax(structs.replace(parsed, role="inherited" if inherited else "included"))
    except BrokenTemplateError as error:
        found = list(error.problems)
    found = found or list(dict.fromkeys(_of_users(published, name, text)))
    return CheckedSource(problems=[_finding(name, problem) for problem in found])


def _of_users(published: PublishedPrompts, name: str, text: Source) -> Iterator[Problem]:
    """Yield what would be wrong with a few of the prompts that use a part."""
    *files, saved = published.layers()
    layers = [*files, Layer(name=saved.name, sources={**saved.sources, name: text})]
    users = [(place, user) for place, layer in enumerate(layers) for user in layer.prompts]
    using = {prompt.key for prompt in published.live.prompts if name in prompt.parts}
    chosen = [each for each in users if each[1].removesuffix(".j2") in using][:_MOST_USERS]
    for place, user in chosen:
        try:
            compile_file(user, layers[place].sources[user], parts_for(layers, place), published.settings)
        except BrokenTemplateError as error:
            yield from error.problems


def _told(front: FrontMatter | None, problems: list[Finding]) -> CheckedSource:
    if front is None:
        return CheckedSource(problems=problems)
    return CheckedSource(
        problems=problems,
        title=front.title,
        description=front.description,
        context=front.context,
        variables=asked_variables(front.variables),
        guards=front.guards,
        aliases=front.aliases,
        tests=len(front.tests),
    )


def asked_variables(variables: Mapping[str, Variable]) -> list[AskedVariable]:
    """Return variables as a form needs them."""
    return [
        AskedVariable(
            name=name,
            type=each.type,
            description=each.description,
            required=each.required and each.default_setting is None,
            default=None if each.default is UNSET else each.default,
            choices=each.choices,
            max_length=each.max_length,
            multiline=each.multiline,
        )
        for name, each in variables.items()
    ]


def _front_matter(name: str, source: str) -> FrontMatter | None:
    """Return the front matter of a text whose template may be broken; None if it is that which can't be read."""
    try:
        return read_document(name, source).front_matter
    except BrokenTemplateError:
        return None


def _lost_aliases(published: PublishedPrompts, prompt: Prompt) -> Iterator[Finding]:
    """Warn of aliases that already lead to another prompt."""
    lines = prompt.source.split("\n")
    line = next((number for number, text in enumerate(lines, 1) if text.startswith("aliases")), 1)
    for alias in prompt.aliases:
        owner = published.owner(alias)
        if owner is not None and owner != prompt.key:
            message = f"aliases: {alias!r} already belongs to the prompt {owner!r}, and will be ignored here"
            yield Finding(line=line, column=None, message=message, severity="warning")


def _finding(name: str, problem: Problem) -> Finding:
    """Return a problem as a finding; one in another file says in which, and has no place in this one."""
    if problem.file == name:
        return Finding(line=problem.line, column=problem.column, message=problem.reason, severity="error")
    return Finding(line=None, column=None, message=str(problem), severity="error")
