"""What a model turned out not to take, and is no longer sent."""

import logging
import re
from collections.abc import Callable, Mapping

import msgspec

from providers.adapters.adapting import affordable_room, most_tokens, refuses_system, room_in_context, without_system
from providers.base import CompletionRequest, Message
from providers.faults import Fault

SYSTEM = "system"
"""Stands among the refused parameters when it is the role that is refused."""

_log = logging.getLogger("providers")
_BAD_REQUEST, _UNPROCESSABLE = 400, 422
_UNWANTED = re.compile(
    r"unsupported|not (currently )?support|unrecognized|unknown|unexpected|not (permitted|allowed|available)|deprecated"
    r"|removed|extra (inputs|fields)|no longer|not implemented|only (the default|\d[\d.]* is)"
)
_OWN = frozenset(
    {"reasoning_effort", "reasoning", "effort", "chat_template_kwargs", "thinking", "stream_options"}
    | {"response_format", "format", "text"}
)
"""Parameters that no prompt asks for, or asks for in words too: they go whatever is wrong with them."""


class Lessons:
    """What is remembered of one model.

    Args:
        provider: name for the log.
        model: as well.
        droppable: words that a host uses for a parameter in its refusals, and the parameter that goes when it does.

    Attributes:
        refused: parameters that are left out.
        most: tokens of an answer that the model takes at most; None: as many as are wanted.
    """

    def __init__(self, provider: str, model: str, droppable: Mapping[str, str]) -> None:
        self._name = f"{provider}: model {model}"
        self._droppable = droppable
        self.refused: set[str] = set()
        self.most: int | None = None

    def turns(self, request: CompletionRequest) -> tuple[Message, ...]:
        """Return the messages of a request, in the roles that the model takes."""
        return without_system(request.messages) if SYSTEM in self.refused else request.messages

    def room(self, request: CompletionRequest) -> int:
        """Return the tokens that an answer may have."""
        return min(request.max_output_tokens, self.most or request.max_output_tokens)

    def learn(self, request: CompletionRequest, fault: Fault, sends: Callable[[str], bool]) -> CompletionRequest | None:
        """Return the request to ask again with; None when the fault refuses nothing that could be left out.

        All is remembered but the room that one prompt leaves in the model's context, and that the credit of today buys.

        Args:
            request: what was asked.
            fault: what came of it.
            sends: tells whether it held a parameter.
        """
        asked = self.room(request)
        most = most_tokens(fault, asked)
        if most is not None:
            _log.warning("%s answers with at most %d tokens", self._name, most)
            self.most = most
            return request
        if self._refuses(fault, sends):
            return request
        room = room_in_context(fault, asked) or affordable_room(fault, asked)
        return None if room is None else msgspec.structs.replace(request, max_output_tokens=room)

    def _refuses(self, fault: Fault, sends: Callable[[str], bool]) -> bool:
        name = SYSTEM if refuses_system(fault) else self._refused_name(fault, sends)
        if name and name not in self.refused:
            self.refused.add(name)
            if name == SYSTEM:
                _log.warning("%s takes no system messages; their text goes before the draft", self._name)
            else:
                _log.warning("%s refuses the parameter %s; it is left out", self._name, name)
        return bool(name)

    def _refused_name(self, fault: Fault, sends: Callable[[str], bool]) -> str:
        if fault.status not in {_BAD_REQUEST, _UNPROCESSABLE}:
            return ""
        unwanted = fault.says(_UNWANTED)
        for word, name in self._droppable.items():
            named = word in fault.param or word in fault.message
            if named and (unwanted or name in _OWN) and sends(name):
                return name
        return ""
