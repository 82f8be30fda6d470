"""The guard `quotes`: what stands in quotation marks in the draft is in the answer, word for word."""

import re
from collections.abc import Iterator

from assistant.text.guards.base import Breach, Case, lost

_QUOTED = re.compile(
    r"(?<![\w\"])\"(?=[^\s\"])([^\"\n]{1,300}+)(?<=\S)\"(?!\w)"
    r"|\u201c([^\u201c\u201d\n]{1,300}+)\u201d"
    r"|\u201e([^\u201e\u201c\u201d\"\n]{1,300}+)[\u201c\u201d\"]"
    r"|\u00ab([^\u00ab\u00bb\n]{1,300}+)\u00bb|\u00bb([^\u00ab\u00bb\n]{1,300}+)\u00ab"
    r"|[\u300c\u300e]([^\u300c-\u300f\n]{1,300}+)[\u300d\u300f]"
    r"|(?<!`)`([^`\n]{1,300}+)`(?!`)"
)
_MARK = re.compile('["`\u00ab\u00bb\u201c\u201e\u300c\u300e]')
_SIGNS = re.compile(r"[\s\"`*_\u00ab\u00bb\u201c-\u201f\u2039\u203a\u300c-\u300f]+")
_ENDS = " .,;:!?\u2026"
MOST_COMPARED = 1000
"""Quotations that are looked for in an answer; a draft that has more is no letter."""


def check_quotes(case: Case) -> Iterator[Breach]:
    """Report quotations that are lost or reworded; the kind of the marks, capitals and the final stop don't count."""
    found = dict.fromkeys(_find(case.draft.text)) if case.draft.signs else None
    if not found:
        return
    links = {link.written for link in case.draft.links}
    quoted = [text for text in found if text not in links]
    if not quoted:
        return
    answer = f" {_plain(case.answer.text)}"
    missing = [text for text in quoted[:MOST_COMPARED] if f" {_plain(text).strip(_ENDS)}" not in answer]
    if missing:
        yield lost(case, "quotes", "quotation", [f'"{text}"' for text in missing])


def _find(text: str) -> Iterator[str]:
    if not _MARK.search(text):
        return
    for found in _QUOTED.finditer(text):
        quoted = next(group for group in found.groups() if group is not None).strip()
        if _plain(quoted).strip(_ENDS):
            yield quoted


def _plain(text: str) -> str:
    """Write a text without marks of quotation and emphasis, in small letters, its words one space apart."""
    return " ".join(_SIGNS.sub(" ", text).casefold().split())
