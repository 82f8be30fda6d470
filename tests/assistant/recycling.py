"""Web applications that the services of tests use one after the other.

Registering operations with Litestar is more than half of a start, even where signatures are read once
(`tests.assistant.registration`), and comes to the same for every service but for who answers: the dependencies, the
guards and the lifespan. These are exchanged in an application whose service has ended.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest
from litestar.di import Provide

from assistant import app as services
from assistant.desk import app as desks
from assistant.web.application import WebApp

T = TypeVar("T")
_OF_A_SERVICE = ("dependencies", "guards", "lifespan")


class _Application:
    """An application, and the options that were the same for each service that had it."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._alike = _alike(options)
        self.app = WebApp(**options)
        self._provided: dict[str, Provide] = options.get("dependencies", {})
        self._own_guards = len(self.app.guards) - len(options.get("guards", ()))
        self._handlers = {id(each): each for route in self.app.routes for each in _handlers_of(route)}.values()

    def fits(self, options: dict[str, Any]) -> bool:
        """Tell whether it would be the same with these options, once what belongs to a service is exchanged."""
        return self._alike == _alike(options)

    def belong(self, options: dict[str, Any]) -> None:
        """Put in what belongs to a service."""
        for name, provide in options.get("dependencies", {}).items():
            self._provided[name].dependency = provide.dependency
        self._guard(options.get("guards", ()))
        self.app._lifespan_managers = list(options.get("lifespan", ()))  # noqa: SLF001 - it has no public name

    def forget(self) -> None:
        """Let go of the service, which has ended."""
        for provide in self._provided.values():
            provide.dependency = _ended
        self._guard([_ended] * (len(self.app.guards) - self._own_guards))
        self.app._lifespan_managers = []  # noqa: SLF001

    def _guard(self, guards: Any) -> None:  # noqa: ANN401 - Litestar's own
        """Exchange the application's guards, in the handlers' lists, too."""
        first = self._own_guards
        self.app.guards[first:] = guards
        for handler in self._handlers:
            handler.resolve_guards()[first : first + len(guards)] = guards


def _alike(options: dict[str, Any]) -> dict[str, Any]:
    numbers = {name: len(options.get(name, ())) for name in _OF_A_SERVICE}
    return {**options, **numbers, "dependencies": list(options.get("dependencies", ()))}


def _handlers_of(route: Any) -> list[Any]:  # noqa: ANN401 - Litestar's own
    return [*route.route_handlers] if hasattr(route, "route_handlers") else [route.route_handler]


async def _ended(*_: object) -> None:
    raise AssertionError("the service has ended")


_free: list[_Application] = []
_lent: list[list[_Application]] = []
"""The applications of each service that is being built."""


@contextmanager
def applications_recycled() -> Iterator[None]:
    """Let services take applications of earlier ones until the end of the block."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (services, desks):
            patch.setattr(module, "WebApp", _web_app)
        yield


def _web_app(**options: Any) -> WebApp:  # noqa: ANN401 - Litestar's own
    if not _lent:
        return WebApp(**options)
    found = next((each for each in _free if each.fits(options)), None)
    if found is None:
        found = _Application(options)
    else:
        _free.remove(found)
        found.belong(options)
    _lent[-1].append(found)
    return found.app


@contextmanager
def built(build: Callable[[], T]) -> Iterator[T]:
    """Build a service with applications that are free, and free them at the end of the block: it must have ended."""
    taken: list[_Application] = []
    _lent.append(taken)
    try:
        service = build()
    finally:
        _lent.pop()
    try:
        yield service
    finally:
        for each in taken:
            each.forget()
        _free.extend(taken)
