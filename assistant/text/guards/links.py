"""The guard `links`: every link and e-mail address of the draft is in the answer, and no other."""

from collections.abc import Iterable, Iterator

from assistant.text.guards.base import Breach, Case, invented, lost
from assistant.text.guards.facts import Facts
from assistant.text.html.sanitising import safe_html
from assistant.text.links.links import Link, host_of
from assistant.text.masking.equal_values import addresses_shown


def check_links(case: Case) -> Iterator[Breach]:
    """Report links that are lost and links that are made up; a scheme may be added to a bare host.

    A link of the draft that no answer may hold, such as one to a script or a style sheet, is not missed; nor is one to
    a telephone or a mailbox whose number or address the answer shows.
    """
    wanted = [*case.draft.links, *case.draft.links_behind]
    found = [*case.answer.links, *case.answer.links_behind]
    if wanted == found:
        return
    missing = _compare(wanted, found)
    if missing and case.html:
        lasting = Facts(safe_html(case.draft.source, case.draft.source), html=True)
        missing = _compare([*lasting.links, *lasting.links_behind], found)
    shown = addresses_shown(missing, case.answer.text)
    missing = [each for each in missing if each not in shown]
    if missing:
        yield lost(case, "links", "link", missing, refuses=True)
    if added := _compare(found, wanted):
        yield invented(case, "links", "link", added, refuses=bool(missing))


def _compare(wanted: Iterable[Link], found: Iterable[Link]) -> list[str]:
    """Return the wanted links that are not among the found ones."""
    exact = {(link.scheme, link.target) for link in found}
    targets = {target for _, target in exact}
    bare = {target for scheme, target in exact if not scheme}
    hosts = {host_of(target) for target in targets}
    missing: dict[str, str] = {}
    for link in wanted:
        if (link.scheme, link.target) in exact or link.target in (bare if link.scheme else targets):
            continue
        if link.scheme or "/" in link.target or "@" in link.target or link.target not in hosts:
            missing.setdefault(link.target, link.written)
    return list(missing.values())
