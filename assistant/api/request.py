"""The request of an agent whom the core knows."""

from typing import Any, TypeAlias

from litestar import Request

from assistant.auth.actor import Actor

ApiRequest: TypeAlias = Request[Actor, Any, Any]
