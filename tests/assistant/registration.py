"""Litestar's registration of operations, for a process in which tests start one service after the other.

At each start Litestar reads the signatures of all operations, makes a class for each, and copies every handler twice,
down to the last slot. That is more than half of a start's work and comes to the same each time: here it is done once.
Services that tests start as processes of their own register as they always do.
"""

import copy
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from litestar._signature.model import SignatureModel  # it has no public name
from litestar.handlers import BaseRouteHandler
from litestar.types import AnyCallable
from litestar.utils.signature import ParsedSignature

_BELONGS = {"owner", "_fn"}
"""Slots that lead to the router or controller of a handler, which Litestar copies along with it."""


@contextmanager
def registered_once() -> Iterator[None]:
    """Read each signature once until the end of the block, and copy and compare no more than what may change."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ParsedSignature, "from_fn", _reading(ParsedSignature.from_fn))
        patch.setattr(SignatureModel, "create", _making(SignatureModel.create))
        patch.setattr(BaseRouteHandler, "__deepcopy__", _copied, raising=False)
        patch.setattr(BaseRouteHandler, "_validate_dependency_is_unique", staticmethod(_taken_as_unique))
        yield


def _reading(read: Callable[..., ParsedSignature]) -> Callable[..., ParsedSignature]:
    """Remember signatures by their code, which a function made again and again in another one shares."""
    known: dict[object, ParsedSignature] = {}

    def from_fn(fn: AnyCallable, signature_namespace: dict[str, Any]) -> ParsedSignature:
        function = getattr(fn, "__func__", fn)
        key = getattr(function, "__code__", function), tuple(signature_namespace.items())
        if key not in known:
            known[key] = read(fn, signature_namespace)
        return known[key]

    return from_fn


def _making(make: Callable[..., type[SignatureModel]]) -> Callable[..., type[SignatureModel]]:
    """Remember the classes of signatures, which are the same objects each time."""
    known: dict[object, type[SignatureModel]] = {}

    def create(
        dependency_name_set: set[str],
        fn: AnyCallable,
        parsed_signature: ParsedSignature,
        type_decoders: Sequence[object],
        data_dto: object = None,
    ) -> type[SignatureModel]:
        key = id(parsed_signature), frozenset(dependency_name_set), tuple(type_decoders), data_dto
        if key not in known:
            known[key] = make(dependency_name_set, fn, parsed_signature, type_decoders, data_dto)
        return known[key]

    return create


def _taken_as_unique(**_: object) -> None:
    """Compare no operation's dependencies, each with all others: they are the same for every service."""


def _copied(handler: BaseRouteHandler, memo: dict[int, Any]) -> BaseRouteHandler:
    found = memo[id(handler)] = copy.copy(handler)
    for name in {slot for each in type(handler).__mro__ for slot in getattr(each, "__slots__", ())}:
        value = getattr(handler, name, None)
        if name in _BELONGS:
            setattr(found, name, copy.deepcopy(value, memo))
        elif isinstance(value, dict | list | set):
            setattr(found, name, copy.copy(value))
    return found
