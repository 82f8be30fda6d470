"""The kinds of things that a rewrite must leave alone."""

from typing import Literal, TypeAlias, get_args

from msgspec import Struct

Kind: TypeAlias = Literal[
    "link", "email", "phone", "iban", "card", "order", "amount", "number", "placeholder", "custom"
]
"""`order` is any reference: of orders, invoices, tickets, parcels; `placeholder` is filled in later, as `{{name}}` is;
`custom` comes from a pattern of the admin."""

KINDS: frozenset[Kind] = frozenset(get_args(Kind))
"""All of them."""

MASKED_KINDS: tuple[Kind, ...] = tuple(kind for kind in get_args(Kind) if kind != "placeholder")
"""Those that can be kept from providers altogether, in order; a placeholder tells nothing of anyone."""

TOKEN_WORDS: dict[Kind, str] = {
    "link": "LINK",
    "email": "MAIL",
    "phone": "PHONE",
    "iban": "IBAN",
    "card": "CARD",
    "order": "REF",
    "amount": "SUM",
    "number": "NUM",
    "placeholder": "FIELD",
    "custom": "CODE",
}
"""The word in the tokens of each kind; none begins with another."""


class Span(Struct, frozen=True, kw_only=True):
    """Something found in a text: from `start` up to, but not including, `end`.

    `seen` is false for what a reader of HTML does not see and no click leads to, such as the value of `title`.
    """

    start: int
    end: int
    kind: Kind
    seen: bool = True
