"""The guard `html`: the answer's HTML is whole and harmless, and its links still work; text stays text, no Markdown."""

import re
from collections.abc import Iterator

from assistant.text.guards.base import Breach, Case, invented, join, lost, quote
from assistant.text.html.element_names import VOID
from assistant.text.html.recognition import enclosing
from assistant.text.html.sanitising import PLAIN
from assistant.text.html.simple import is_simple
from assistant.text.markdown import find_markdown
from assistant.text.reading import Tag
from messages.sentences import Sentence


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


SAFE_TAGS = PLAIN | _words("dd dl dt img table tbody td tfoot th thead tr")
"""Tags that an answer may have although the draft has not."""
_SAFE_ATTRIBUTES = _words("href src alt title target rel class dir lang width height colspan rowspan align start")
_FORBIDDEN = _words("script style iframe object embed form input button link meta base svg math template")
_MAY_STAY_OPEN = _words("p li dd dt td th tr tbody thead tfoot option")
_UNSAFE_LINK = re.compile(r"[\x00-\x20]*(?:javascript|vbscript|data:text)", re.IGNORECASE)


def check_html(case: Case) -> Iterator[Breach]:
    """Report tags that are made up, broken or dangerous, and links that a reader can no longer click."""
    if case.answer.signs and (marks := find_markdown(case.draft.text, case.answer.text, case.answer.prose)):
        found = " and ".join(marks)
        form = "HTML" if case.html else "plain text"
        yield Breach(
            "html",
            Sentence("The answer has the Markdown signs {signs}, which a customer would see.", signs=join(marks)),
            f"You used Markdown: {found}. Return {form} without Markdown.",
            invented=True,
        )
    if case.html:
        yield from _check_tags(case, case.draft.tags, case.answer.tags)
    elif case.answer.tags:
        yield from _check_text(case, case.draft.tags, case.answer.tags)


def _check_tags(case: Case, draft: list[Tag], answer: list[Tag]) -> Iterator[Breach]:
    yield from _check_kept(case, draft, answer)
    if is_simple(case.answer.source):
        return  # each tag is closed, and any answer may have it
    if bad := _forbidden(draft, answer):
        yield invented(case, "html", "tag", bad)
    if (broken := _broken(answer)) and not _broken(draft):
        yield Breach(
            "html",
            Sentence("The tag <{tag}> is not closed properly.", tag=quote(broken)),
            f"Your HTML is broken at <{broken}>. Close every tag in the right order.",
        )


def _check_text(case: Case, draft: list[Tag], answer: list[Tag]) -> Iterator[Breach]:
    known = frozenset(tag.name for tag in draft)
    if enclosing(case.answer.source, known) and not enclosing(case.draft.source, known):
        known = frozenset()
    added = dict.fromkeys(tag.name for tag in answer if tag.name in SAFE_TAGS | _FORBIDDEN and tag.name not in known)
    if added:
        yield Breach(
            "html",
            Sentence("The draft is plain text; the answer has the tag <{tag}>.", tag=next(iter(added))),
            "You returned HTML. The draft is plain text: return plain text.",
        )


def _check_kept(case: Case, draft: list[Tag], answer: list[Tag]) -> Iterator[Breach]:
    if not answer and {tag.name for tag in draft} - {"br"}:
        yield Breach(
            "html",
            Sentence("The formatting is lost."),
            "You returned plain text. The draft is HTML: return HTML.",
        )
        return
    there = {link.target for link in case.answer.links_behind}
    shown = {link.target for link in case.answer.links} if "links" in case.guards else None
    dead = {link.target: link.written for link in case.draft.links_behind if link.target not in there}
    # A link that is gone altogether is reported by the guard of links, where that is on.
    dead = {target: written for target, written in dead.items() if shown is None or target in shown}
    if dead:
        yield lost(case, "html", "clickable link", list(dead.values()))


def _forbidden(draft: list[Tag], answer: list[Tag]) -> list[str]:
    """Return the tags and attributes that neither the draft nor the safe list has, and what could run."""
    known_tags = SAFE_TAGS | {tag.name for tag in draft}
    known = _SAFE_ATTRIBUTES | {name for tag in draft for name in tag.attributes}
    bad: dict[str, None] = {}
    for tag in answer:
        if tag.name in _FORBIDDEN or tag.name not in known_tags:
            bad[f"<{tag.name}>"] = None
        for name, value in tag.attributes.items():
            if name.startswith("on") or name not in known or _UNSAFE_LINK.match(value):
                bad[f"<{tag.name} {name}>"] = None
    return list(bad)


def _broken(found: list[Tag]) -> str | None:
    """Return the first tag that is not closed, or closed without being open; HTML lets some stay open."""
    opened: list[str] = []
    for tag in found:
        if tag.name in VOID:
            continue
        if not tag.closes:
            opened.append(tag.name)
            continue
        while opened and opened[-1] != tag.name and opened[-1] in _MAY_STAY_OPEN:
            opened.pop()
        if not opened or opened.pop() != tag.name:
            return f"/{tag.name}"
    return next((name for name in opened if name not in _MAY_STAY_OPEN), None)
