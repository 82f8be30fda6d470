# ruff: noqa: RUF001 - marks of other scripts
"""Whether two things that are written differently are the same: `#99812` and `99812`, `19,99 €` and `€19.99`."""

import re
from collections.abc import Iterable

from assistant.text.currencies import CURRENCIES
from assistant.text.masking.kinds import Kind
from assistant.text.masking.plain import usual

_FIGURE = re.compile(r"\d(?:[\d.,'’\u00a0\u2009\u202f ]{0,40}\d)?(?:[.,][-–—])?")
_CENTS = re.compile(r"[.,](\d\d|[-–—])\Z")
_CURRENCIES = {form: name for name, currency in CURRENCIES.items() for form in currency.forms.split()}
_CALL = re.compile(r"(tel|sms|mailto):(?://)?([^?]*+)", re.IGNORECASE)
_RUN = re.compile(r"\d[\d \t\u00a0()./-]{4,40}\d")
_MAILBOX = re.compile(r"(?<![\w.+%'-])[\w.+%'-]++@[\w-]++(?>(?:\.[\w-]++)+)")
_TAG = re.compile(r"<[^<>]*+>")
_FEWEST = 6  # digits of a telephone number without the code before it
_CODE = 4  # digits of the code of a country, at most


def common_form(kind: Kind, value: str) -> str | None:
    """Return what things of a kind have in common that are the same; None where each way of writing counts."""
    value = usual(value)
    squeezed = "".join(value.split()).casefold()
    if kind in ("order", "email"):
        return squeezed.removeprefix("#")
    if kind == "phone":
        return "+"[: value.startswith(("+", "00"))] + _digits(value).removeprefix("00")
    return _amount(value) if kind == "amount" else None


def _amount(value: str) -> str:
    """Return a sum with its currency, in whatever order they stand."""
    figure = _FIGURE.search(value)
    if figure is None:
        return value
    around = "".join(f"{value[: figure.start()]}{value[figure.end() :]}".split()).casefold()
    cents = _CENTS.search(figure[0])
    whole = figure[0][: cents.start()] if cents else figure[0]
    part = cents[1] if cents and cents[1].strip("0-–—") else ""
    return f"{_digits(whole)}.{part} {_CURRENCIES.get(around, around)}"


def _digits(value: str) -> str:
    return re.sub(r"\D+", "", value.replace("(0)", ""))


def addresses_shown(addresses: Iterable[str], text: str) -> frozenset[str]:
    """Return which of the addresses lead by `tel:`, `sms:` or `mailto:` to whom a text shows.

    A number may lack its country.

    Args:
        addresses: of links.
        text: with tags or without.
    """
    calls = {address: call for address in addresses if (call := _CALL.match(address))}
    if not calls:
        return frozenset()
    seen = usual(_TAG.sub(" ", text))
    numbers = {_digits(run[0]).lstrip("0") for run in _RUN.finditer(seen)}
    mailboxes = {mailbox[0].casefold() for mailbox in _MAILBOX.finditer(seen)}
    return frozenset(
        address
        for address, call in calls.items()
        if (call[2].casefold() in mailboxes if call[1].lower() == "mailto" else _is_dialled(_digits(call[2]), numbers))
    )


def _is_dialled(wanted: str, numbers: set[str]) -> bool:
    forms = (wanted[cut:].lstrip("0") for cut in range(_CODE + 1))
    return any(form in numbers for form in forms if len(form) >= _FEWEST)
