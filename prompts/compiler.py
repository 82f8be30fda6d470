"""From the text of a prompt file to a `Prompt`, through every check."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import ParamSpec, TypeVar

from jinja2 import TemplateSyntaxError, nodes
from msgspec import structs

from prompts.checker import check_syntax
from prompts.columns import with_columns
from prompts.errors import BrokenTemplateError, Problem, VariableError
from prompts.expansion import check_brief, check_expansion
from prompts.files import Files, gather_files
from prompts.front_matter import Document, read_document, split_document
from prompts.syntax import TOO_DEEP, ParsedFile, Source, check_text, create_environment, parse_file
from prompts.template import Prompt, Rendering
from prompts.variables import Value, Variable, check_value, resolve_values

_P = ParamSpec("_P")
_T = TypeVar("_T")
_ONLY_CONTENT = [nodes.Output([nodes.Name("content", "load")])]
_NAMED = re.compile(r"\{\{ ?([a-z][a-z0-9_]{0,63}) ?\}\}")


def compile_prompt(
    key: str, source: Source, shared: Mapping[str, Source], settings: Mapping[str, str], *, strict: bool = False
) -> Prompt:
    """Check a prompt file and make it ready to render.

    `shared` has the parts that it may extend or include, by name (`_rewrite.j2`); `settings` the values for
    `default_setting`. `strict` also refuses variables that nothing reads: harmless, but useless.

    Raises:
        BrokenTemplateError: something is wrong; has every problem found, in this file or a part that it uses.
    """
    try:
        return _compile(key, source, shared, settings, strict=strict)
    except BrokenTemplateError as error:
        texts = {each.origin: each.text for each in (*shared.values(), source)}
        raise BrokenTemplateError(with_columns(error.problems, texts)) from None
    except (RecursionError, MemoryError, SyntaxError) as error:
        raise BrokenTemplateError(source.problem(None, TOO_DEEP)) from error


def _compile(
    key: str, source: Source, shared: Mapping[str, Source], settings: Mapping[str, str], *, strict: bool
) -> Prompt:
    check_text(source)
    name, found = f"{key}.j2", _Findings()
    _, body = split_document(source.origin, source.text)
    document = found.of(read_document, source.origin, source.text)
    files = found.of(gather_files, name, source._replace(text=body), shared)
    if document is None:
        raise BrokenTemplateError(found.problems)
    variables = found.of(_fill_settings, source, document, settings)
    if variables is not None:
        found.problems += [*_check_defaults(source, document, variables), *_check_given(source, document, variables)]
    brief = found.of(_parse_brief, source, document)
    if files is None or variables is None or brief is None:
        raise BrokenTemplateError(found.problems)
    found.problems += [
        *check_expansion(files.chain, files.parts, variables, document.front_matter.context),
        *check_brief(brief, variables),
    ]
    if strict and not found.problems:
        found.problems += _check_use(source, document, [*files.names.values(), brief])
    _refuse(found.problems)
    return _prompt(source, document, variables, files=files, shared=shared)


def _prompt(
    source: Source,
    document: Document,
    variables: Mapping[str, Variable],
    *,
    files: Files,
    shared: Mapping[str, Source],
) -> Prompt:
    name, front = files.chain[0].name, document.front_matter
    front = structs.replace(front, title=_titled(front.title, variables), variables=dict(variables))
    shared_texts = {part: shared[part].text for part in files.names if part != name}
    return Prompt(
        **structs.asdict(front),
        key=name.removesuffix(".j2"),
        version=_hash_texts({**shared_texts, name: source.text}),
        source=source.text,
        origin=source.origin,
        parts=shared_texts,
        rendering=_compile_templates(files, {**shared_texts, name: document.body}, front.brief),
    )


class _Findings:
    """What is wrong with a prompt, gathered from checks that do not need each other."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def of(self, check: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T | None:
        """Return what a check brings; None when it refuses, and then `problems` says why."""
        try:
            return check(*args, **kwargs)
        except BrokenTemplateError as error:
            self.problems += error.problems
            return None


def _titled(title: str, variables: Mapping[str, Variable]) -> str:
    """Put the default values of variables into a title that names them: `Translate to {{ language }}`."""
    usual = {name: str(each.default) for name, each in variables.items() if not each.required}
    return _NAMED.sub(lambda found: usual.get(found[1], found[0]), title)


def _fill_settings(source: Source, document: Document, settings: Mapping[str, str]) -> dict[str, Variable]:
    """Put the setting's value in place as the default of each variable that names one."""
    variables = dict(document.front_matter.variables)
    for name, variable in variables.items():
        setting = variable.default_setting
        if setting and setting not in settings:
            line = document.lines["variables", name, "default_setting"]
            reason = f"there is no setting {setting!r} for prompts; choose one of: {', '.join(sorted(settings))}"
            raise BrokenTemplateError(source.problem(line, f"variables.{name}.default_setting: {reason}"))
        if setting:
            variables[name] = structs.replace(variable, default=settings[setting], default_setting=None)
    return variables


def _check_defaults(source: Source, document: Document, variables: Mapping[str, Variable]) -> Iterator[Problem]:
    for name, variable in variables.items():
        try:
            if not variable.required:
                check_value(name, variable, variable.default)
        except VariableError as error:
            line = document.lines["variables", name]
            quotes = isinstance(variable.default, (int, float)) and variable.type in {"string", "choice"}
            hint = " If it is meant as text, put a number, true or false in quotes." if quotes else ""
            yield source.problem(line, f"variables.{name}: the default does not fit: {error.reason}{hint}")


def _check_given(source: Source, document: Document, variables: Mapping[str, Variable]) -> Iterator[Problem]:
    """Report tests that a request could not make, and examples that no request could call for."""
    for place, test in enumerate(document.front_matter.tests):
        if reason := _explain_misfit(variables, test.variables):
            yield source.problem(document.lines["tests", place], f"tests.{place + 1}: {reason}")
    for place, example in enumerate(document.front_matter.examples):
        named = {name: variable for name, variable in variables.items() if name in example.variables}
        if reason := _explain_misfit(named, example.variables):
            yield source.problem(document.lines["examples", place], f"examples.{place + 1}: {reason}")


def _check_use(source: Source, document: Document, files: Iterable[ParsedFile]) -> Iterator[Problem]:
    """Report variables that nothing reads: no file, no example, and not the language guard."""
    front = document.front_matter
    read = {node.name for parsed in files for node in parsed.tree.find_all(nodes.Name)}
    read |= {name for example in front.examples for name in example.variables}
    if "language" in front.guards:
        read.add("language")
    for name in front.variables:
        if name not in read:
            reason = f"variables.{name}: nothing uses it; write {{{{ {name} }}}} where it belongs, or remove it"
            yield source.problem(document.lines["variables", name], reason)


def _explain_misfit(variables: Mapping[str, Variable], given: Mapping[str, Value]) -> str | None:
    try:
        resolve_values(variables, given)
    except VariableError as error:
        return error.reason
    return None


def _parse_brief(source: Source, document: Document) -> ParsedFile:
    """Parse the brief so that its line is the one in the file."""
    line = document.lines["brief",]
    parsed = parse_file("brief", Source(source.origin, "\n" * (line - 1) + document.front_matter.brief), "included")
    _refuse(check_syntax(parsed))
    return parsed


def _compile_templates(files: Files, texts: Mapping[str, str], brief: str) -> Rendering:
    """Compile every file now, so that nothing is left to fail when an agent clicks."""
    environment = create_environment(texts)
    try:
        templates = {name: environment.get_template(name) for name in texts}
    except TemplateSyntaxError as error:
        origin = files.names[error.name or ""].file
        raise BrokenTemplateError(Problem(file=origin, line=error.lineno, reason=f"syntax: {error.message}")) from error
    user = next((parsed.blocks["user"].body for parsed in files.chain if "user" in parsed.blocks), [])
    return Rendering(
        [templates[parsed.name] for parsed in files.chain],
        environment.from_string(brief),
        only_content=user == _ONLY_CONTENT,
    )


def _hash_texts(texts: Mapping[str, str]) -> str:
    """Hash names and texts, each with its length, so that no two sets of files can look alike."""
    digest = hashlib.sha256()
    for name, text in sorted(texts.items()):
        for part in (name.encode(), text.encode()):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:32]


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise BrokenTemplateError(problems)
