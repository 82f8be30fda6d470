"""The kinds of things that a rewrite must leave alone."""

from typing import Literal, TypeAlias, get_args

from msgspec import Struct

Kind: TypeAlias = Literal["link", "email", "phone", "iban", "card", "order", "amount", "number", "custom"]
"""`order` is any reference: of orders, invoices, tickets, parcels; `custom` comes from a pattern of the admin."""

KINDS: frozenset[Kind] = frozenset(get_args(Kind))
"""All of them."""


class Span(Struct, frozen=True, kw_only=True):
    """Something found in a text: from `start` up to, but not including, `end`."""

    start: int
    end: int
    kind: Kind
