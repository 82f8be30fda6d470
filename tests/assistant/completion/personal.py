"""Values that must not leave the house, made from a seed: each is one that a finder has to know by its looks."""

import random
import string
from collections.abc import Callable

import msgspec

ADDRESS_PATTERN = r"[1-9][0-9]{0,3} [A-Z][a-z]{2,12} (?:Street|Road|Lane|Avenue)"
"""What an administrator adds for street addresses."""

_FIRST = ("Amara", "Bo", "Chioma", "Dana", "Eszter", "Femi", "Grete", "Hana", "Ines", "Jonas")
_LAST = ("Okafor", "Nowak", "Silva", "Weber", "Larsen", "Rossi", "Novak", "Moreau", "Haas", "Lind")
_STREETS = ("Maple", "Station", "Church", "Mill", "Garden", "Harbour", "Orchard", "Bridge")
_IBANS = (("DE", 18), ("GB", -14), ("NL", -10), ("FR", 23), ("ES", 20))


class Value(msgspec.Struct, frozen=True):
    """A private value: its kind and its text."""

    kind: str
    text: str


def values(seed: int, number: int) -> list[Value]:
    """Return so many different values, of all kinds in turn."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    found: dict[str, Value] = {}
    while len(found) < number:
        kind = list(_KINDS)[len(found) % len(_KINDS)]
        text = _KINDS[kind](rng)
        found.setdefault(text, Value(kind, text))
    return list(found.values())


def _digits(rng: random.Random, number: int) -> str:
    return "".join(rng.choice(string.digits) for _ in range(number))


def _email(rng: random.Random) -> str:
    name = rng.choice(_FIRST).lower() + rng.choice((".", "_", "-", "+")) + rng.choice(_LAST).lower()
    return (
        f"{name}{rng.randrange(1000)}@{rng.choice(('shop', 'mail', 'post'))}.{rng.choice(('example', 'co.uk', 'de'))}"
    )


def _phone(rng: random.Random) -> str:
    area, line = rng.randrange(201, 989), _digits(rng, 3) + "-" + _digits(rng, 4)
    return rng.choice(
        (
            f"+49 {rng.randrange(30, 999)} {_digits(rng, 7)}",
            f"+1 ({area}) {rng.randrange(200, 999)}-{_digits(rng, 4)}",
            f"+44 20 {rng.randrange(7000, 8999)} {_digits(rng, 4)}",
            f"00331{_digits(rng, 8)}",
            f"({area}) {rng.randrange(2, 9)}{line[1:]}",
            f"0{rng.randrange(151, 179)} {_digits(rng, 8)}",
        )
    )


def _iban(rng: random.Random) -> str:
    country, length = rng.choice(_IBANS)
    letters = "".join(rng.choice(string.ascii_uppercase) for _ in range(4)) if length < 0 else ""
    account = letters + _digits(rng, abs(length))
    number = int("".join(str(int(each, 36)) for each in account + country + "00"))
    whole = f"{country}{98 - number % 97:02}{account}"
    return " ".join(whole[start : start + 4] for start in range(0, len(whole), 4)) if rng.random() < 0.5 else whole


def _card(rng: random.Random) -> str:
    first = rng.choice(("4", "51", "55", "6011")) + _digits(rng, 11)
    body = (first + _digits(rng, 15))[:15]
    total = sum(sum(divmod(int(each) * (2 - place % 2), 10)) for place, each in enumerate(body))
    whole = body + str(-total % 10)
    gap = rng.choice(("", " ", "-"))
    return gap.join(whole[start : start + 4] for start in range(0, 16, 4))


def _order(rng: random.Random) -> str:
    return rng.choice(
        (f"#{_digits(rng, 6)}", f"ORD-{rng.randrange(2020, 2027)}-{_digits(rng, 5)}", f"INV-{_digits(rng, 6)}")
    )


def _address(rng: random.Random) -> str:
    return f"{rng.randrange(1, 9999)} {rng.choice(_STREETS)} {rng.choice(('Street', 'Road', 'Lane', 'Avenue'))}"


_KINDS: dict[str, Callable[[random.Random], str]] = {
    "email": _email,
    "phone": _phone,
    "iban": _iban,
    "card": _card,
    "order": _order,
    "address": _address,
}
