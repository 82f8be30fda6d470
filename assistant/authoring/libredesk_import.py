"""Makes drafts of the prompts that Libredesk keeps in its own table."""

import re
from collections.abc import Collection, Sequence

from msgspec import Struct

from assistant.authoring.checks import check_prompt
from assistant.authoring.drafts import Drafts
from assistant.authoring.folders import Difference
from assistant.authoring.libredesk_prompts import LibredeskPrompt
from assistant.authoring.published_prompts import PublishedPrompts
from assistant.errors import NotFoundError
from assistant.text.normal_forms import normal
from prompts.errors import BrokenTemplateError

_SOURCE = """---
title: {title}
description: Taken over from Libredesk.
brief: {brief}
guards: [links, numbers, html, no_preamble]
---
{{% extends "_rewrite.j2" %}}
{{% block instruction %}}
{instruction}
{{% endblock %}}
"""
_LONGEST_KEY = 64
_LONGEST_LINE = 300
_MOST_READ = 1000  # characters of a key of theirs
_NEWLINE = re.compile(r"\r\n?|\n")  # browsers send \r\n, and drafts are kept with \n
_TAG = re.compile(r"\{[{%#]")
_UNPRINTABLE = re.compile(r"[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


class Plan(Struct, frozen=True, kw_only=True):
    """What is to be saved, and which prompts are skipped, with the reason."""

    drafts: list[Difference]
    left: list[tuple[str, str]]


async def plan_drafts(
    drafts: Drafts, published: PublishedPrompts, found: Sequence[LibredeskPrompt], *, replace: bool
) -> Plan:
    """Decide what to do with each of Libredesk's prompts; nothing is saved.

    A key that already leads to a prompt here, as its key or an alias, is skipped, unless `replace` makes it a draft of
    that prompt. What is a draft already is passed over.

    Raises:
        DatabaseUnavailableError: the database does not answer.
    """
    plan, taken = Plan(drafts=[], left=[]), set[str]()
    for each in found:
        key = published.owner(each.key) or published.owner(valid_key(each.key)) or valid_key(each.key, taken)
        if key in taken:
            plan.left.append((each.key, f"another prompt is already being imported as {key}"))
            continue
        taken.add(key)
        source, before = draft_of(each), await _draft(drafts, key)
        if before is not None and not replace and before != source:
            plan.left.append((each.key, f"the prompt {key} exists already; use --replace to save this as its draft"))
        elif before != source:
            reason = _refusal(published, key, source, each)
            if reason:
                plan.left.append((each.key, reason))
            else:
                plan.drafts.append(Difference(key=key, before=before or "", after=source))
    return plan


def valid_key(key: str, taken: Collection[str] = ()) -> str:
    """Return a key that a prompt here may have, as much like the given one as can be, and none of `taken`."""
    plain = normal("NFKD", key[:_MOST_READ].casefold()).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    name = (name if name[:1].isalpha() else f"prompt_{name}".rstrip("_"))[:_LONGEST_KEY].rstrip("_")
    tried, number = name, 1
    while tried in taken:
        number += 1
        tried = f"{name[: _LONGEST_KEY - len(str(number)) - 1]}_{number}"
    return tried


def draft_of(prompt: LibredeskPrompt) -> str:
    """Return the text of a prompt that asks a model for what Libredesk's did; all of it is taken as text."""
    content = "\n".join(_NEWLINE.split(prompt.content)).strip()
    return _SOURCE.format(
        title=_quoted(_one_line(prompt.title) or _one_line(prompt.key)),
        brief=_quoted(_brief(content)),
        instruction=_as_text(content),
    )


def _brief(content: str) -> str:
    """Return the instruction as one line that a very small model can follow."""
    line, longest = _one_line(content), _LONGEST_LINE - 60
    while len(brief := f"follow this instruction: {_as_text(line[:longest])}") > _LONGEST_LINE:
        longest //= 2
    return brief


def _one_line(text: str) -> str:
    return " ".join(_UNPRINTABLE.sub(" ", text).split())[:_LONGEST_LINE]


def _as_text(text: str) -> str:
    """Write text so that Jinja takes none of it as a template."""
    return _TAG.sub(lambda found: '{{ "%s" }}' % found[0], text)  # noqa: UP031 - braces in a format would double


def _quoted(text: str) -> str:
    """Write text so that YAML takes all of it as text."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


async def _draft(drafts: Drafts, key: str) -> str | None:
    try:
        return await drafts.source(key, (await drafts.state(key)).draft)
    except NotFoundError:
        return None


def _refusal(published: PublishedPrompts, key: str, source: str, prompt: LibredeskPrompt) -> str | None:
    if not prompt.content.strip():
        return "it has no text"
    try:
        check_prompt(published, key, source)
    except BrokenTemplateError as error:
        return "; ".join(problem.reason for problem in error.problems)
    return None
