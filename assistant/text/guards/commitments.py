"""The guard `commitments`: the answer promises nothing that nobody on the agents' side has offered."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

from msgspec import Struct

from assistant.text.guards.base import Breach, Case, quote
from assistant.text.guards.commitment_words import (
    DAY_HINTS,
    DAYS,
    DONE,
    HINTS,
    KINDS,
    NEVER,
    WILL,
    WISHED,
    Kind,
)
from messages.sentences import Sentence

_SENTENCES = re.compile(r"[^.!?…\n]+(?:[.!?…](?!\s|\Z)[^.!?…\n]*)*[.!?…]*")
_CLAUSES = re.compile(r"[,;:()\u2013\u2014]|\b(?:but|aber|mais|pero|ma|maar|mas|because|weil)\b")
_MONEY = r"[€$£¥₹₽₺]|%|(?:euros?|eur|usd|gbp|chf|dollars?|pounds?|francs?|percent|prozent|pour cent|procent)\b"
_AMOUNT = re.compile(rf"(?:{_MONEY}) ?\d[\d.,]*+|(?<![\d.,])\d[\d.,]*+ ?(?:{_MONEY})")
_MONTH = (
    r"(?:jan|feb|mar|mär|apr|mai|may|jun|jul|aug|sep|oct|okt|nov|dec|dez|janv|févr|avr|juin|juil|août|déc|ene|abr|ago|dic"
    r"|gen|mag|giu|lug|set|ott)[^\W\d_]*"
)
_DATE = re.compile(
    rf"\b\d{{4}}-\d\d?-\d\d?\b|"
    rf"\b\d\d?[./]\d\d?\.?(?:[./]?\d{{2,4}})?\b|\b\d\d?(?:st|nd|rd|th|\.)? (?:de |of )?{_MONTH}|"
    rf"\b{_MONTH} \d\d?\b|\b\d+ (?:business |working |werk|arbeits)?(?:minutes?|hours?|days?|weeks?|months?|minuten|"
    r"stunden?|tagen?|wochen?|monaten?|jours?|heures?|semaines?|días?|horas?|semanas?|giorni|ore|settimane|dagen|uur|"
    r"dias?)\b"
)
_DIGITS = re.compile(r"\d+")
_MOST = 8  # promises that are told

_SAY: Mapping[str, Callable[[str], Sentence]] = {
    "refund": lambda said: Sentence("The answer promises a refund that no one has offered: {said}", said=said),
    "discount": lambda said: Sentence("The answer promises a discount that no one has offered: {said}", said=said),
    "replacement": lambda said: Sentence(
        "The answer promises a replacement that no one has offered: {said}", said=said
    ),
    "callback": lambda said: Sentence("The answer promises a call that no one has offered: {said}", said=said),
    "amount": lambda said: Sentence("The answer promises an amount that no one has named: {said}", said=said),
    "date": lambda said: Sentence("The answer promises a time that no one has named: {said}", said=said),
}
_TELL = {"callback": "call", "date": "time"}


class _Said(Struct, frozen=True):
    """A sentence as it is written, and folded to small letters; they are as long as each other."""

    written: str
    folded: str

    @property
    def asks(self) -> bool:
        return self.folded.rstrip().endswith("?")

    def clauses(self) -> list[str]:
        """Return its parts, of which each says or denies something for itself."""
        return _CLAUSES.split(self.folded)


def check_commitments(case: Case) -> Iterator[Breach]:
    """Report a refund, discount, replacement or call that neither agents nor the wish offer; an amount or a time.

    What a customer asks for is no offer; an amount or a time may be named by anyone. Amounts and dates in figures are
    left to the guard of numbers where it looks too.
    """
    promises = [said for said in _sentences(case.answer.text) if not said.asks]
    if not promises:
        return
    text = "\n".join(said.folded for said in promises)
    kinds = [kind for kind, hints in HINTS.items() if _has_any(text, hints)]
    days, figures = _has_any(text, DAY_HINTS), "numbers" not in case.guards and _DIGITS.search(text)
    if not (kinds or days or figures):
        return
    languages = _languages(case.answer.guess.code)
    offered = case.draft.text if case.options.offered is None else case.options.offered
    promised = {kind: [said for said in promises if _promises(said, kind, languages)] for kind in kinds}
    for kind, found in promised.items():
        if found and not _offers(offered, kind):
            yield _breach(case, kind, found[0].written)
    announced = [said for said in promises if _is_announced(said, languages)] if days or figures else []
    yield from _times(case, announced)
    if figures:
        yield from _figures(case, [*announced, *(said for found in promised.values() for said in found)])


def _has_any(text: str, hints: Iterable[str]) -> bool:
    return any(hint in text for hint in hints)


def _breach(case: Case, kind: str, said: str) -> Breach:
    noun, value = _TELL.get(kind, kind), " ".join(said.split())
    return Breach(
        "commitments",
        _SAY[kind](quote(value)),
        f"You promised a {noun}: {case.shown(value)} Promise no {noun} that the agent has not offered.",
        invented=True,
        values=(value,),
    )


def _sentences(text: str) -> list[_Said]:
    found = (match.group().strip() for match in _SENTENCES.finditer(text.replace("\u2019", "'")))
    return [_Said(each, each.lower()) for each in found if each]


def _promises(said: _Said, kind: Kind, languages: tuple[str, ...]) -> bool:
    """Tell whether a sentence promises something: it says so, and neither denies it nor tells what someone wants."""
    if not any(_kind(kind, language).search(said.folded) for language in languages):
        return False
    announced = any(
        _one_of("will", each).search(said.folded) or _one_of("done", each).search(said.folded) for each in languages
    )
    return announced and any(_names(clause, kind, languages) for clause in said.clauses())


def _names(clause: str, kind: Kind, languages: tuple[str, ...]) -> bool:
    for language in languages:
        if _kind(kind, language).search(clause):
            unsaid = _one_of("never", language).search(clause) or _one_of("wished", language).search(clause)
            return unsaid is None
    return False


def _offers(text: str, kind: Kind) -> bool:
    """Tell whether a text offers something, in whatever language: it names it, and does not deny it."""
    return any(
        _kind(kind, language).search(clause) and not _one_of("never", language).search(clause)
        for said in _sentences(text)
        for language in NEVER
        if _kind(kind, language).search(said.folded)
        for clause in said.clauses()
    )


def _is_announced(said: _Said, languages: tuple[str, ...]) -> bool:
    return any(_one_of("will", each).search(said.folded) for each in languages)


def _times(case: Case, announced: list[_Said]) -> Iterator[Breach]:
    """Report days without a figure that no one has named."""
    named = [(said, day) for said in announced for day in DAYS if _day(day).search(said.folded)]
    known = _known(case) if named else ""
    for said, _ in {day: (said, day) for said, day in reversed(named) if not _day(day).search(known)}.values():
        yield _breach(case, "date", said.written)


def _figures(case: Case, announced: list[_Said]) -> Iterator[Breach]:
    """Report amounts, dates and lengths of time in figures that no one has named."""
    found = [
        (kind, said, match.group())
        for said in announced
        for kind, shape in (("amount", _AMOUNT), ("date", _DATE))
        for match in shape.finditer(said.folded)
    ]
    numbers = set(_DIGITS.findall(_known(case))) if found else set()
    strange = [(kind, said) for kind, said, figure in found if not numbers.issuperset(_DIGITS.findall(figure))]
    for kind, said in list(dict.fromkeys(strange))[:_MOST]:
        yield _breach(case, kind, said.written)


def _known(case: Case) -> str:
    return case.draft.text.lower()


def _languages(code: str | None) -> tuple[str, ...]:
    """Return the languages in which promises are looked for; all, where it is not known which one it is."""
    return (code,) if code and code in NEVER else tuple(NEVER)


@cache
def _kind(kind: Kind, language: str) -> re.Pattern[str]:
    return _words(KINDS[kind][language])


@cache
def _one_of(what: str, language: str) -> re.Pattern[str]:
    return _words({"will": WILL, "done": DONE, "never": NEVER, "wished": WISHED}[what][language])


@cache
def _day(day: str) -> re.Pattern[str]:
    return _words(DAYS[day])


def _words(expression: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{expression})(?!\w)")
