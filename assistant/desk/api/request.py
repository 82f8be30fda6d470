"""The request of an agent who is signed in."""

from typing import Any, TypeAlias

from litestar import Request

from assistant.desk.caller import Caller

DeskRequest: TypeAlias = Request[Caller, Any, Any]
