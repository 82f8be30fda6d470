"""Who is calling, as far as this process knows without asking: a caller's headers are read once, and remembered."""

from http.cookies import CookieError, SimpleCookie

from litestar.types import HTTPScope
from msgspec import Struct

from assistant.auth.actor import Actor, Credentials
from assistant.auth.authenticator import Known, RememberingAuthenticator
from assistant.auth.authorization import authorization_of
from assistant.auth.csrf import COOKIE, HEADER, check_csrf
from assistant.errors import AssistantError
from assistant.front.recent_requests import Recent
from assistant.gateway.open_conversation import UNKNOWN, OpenConversation, OpenConversations

_CSRF = HEADER.encode()


class Caller(Struct, frozen=True):
    """Someone who is known.

    Attributes:
        actor: who it is.
        known: until when they are.
        uuid: of the conversation that they have open; empty when that is none.
    """

    actor: Actor
    known: Known
    uuid: str


class Callers:
    """Knows callers by their headers.

    Args:
        authenticator: who is known.
        conversations: what is known of the conversations that they have open.
    """

    def __init__(self, authenticator: RememberingAuthenticator, conversations: OpenConversations) -> None:
        self._authenticator = authenticator
        self._conversations = conversations
        self._recent = Recent[bytes, Caller]()

    def caller(self, scope: HTTPScope, headers: dict[bytes, bytes]) -> Caller | None:
        """Return who calls, if they are known, and, with cookies, have proved where they come from.

        Args:
            scope: the request.
            headers: its headers; of one that came twice, the first.
        """
        if len(headers) < len(list(scope["headers"])):  # what came twice may tell more than the first
            return self._read(scope, headers)
        get = headers.get
        name = self._recent.digest(
            scope["scheme"].encode(),
            get(b"authorization", b""),
            get(b"cookie", b""),
            get(_CSRF, b""),
            get(b"referer", b""),
        )
        caller = self._recent.get(name)
        if caller is None or not self._authenticator.holds(caller.known):
            caller = self._read(scope, headers)
            if caller is not None:
                self._recent.put(name, caller)
        return caller

    def opened(self, caller: Caller) -> OpenConversation | None:
        """Return the conversation that a caller has open; None when it has to be read first."""
        return self._conversations.known(caller.actor, caller.uuid) if caller.uuid else UNKNOWN

    def _read(self, scope: HTTPScope, headers: dict[bytes, bytes]) -> Caller | None:
        known = self._known(scope, headers)
        if known is None:
            return None
        uuid = self._conversations.uuid(scope) if b"referer" in headers else ""
        return Caller(known.actor, known, uuid)

    def _known(self, scope: HTTPScope, headers: dict[bytes, bytes]) -> Known | None:
        authorization = authorization_of(scope["headers"])
        if authorization:
            return self._authenticator.known(Credentials(authorization=authorization))
        cookie = headers.get(b"cookie", b"").decode("latin-1")
        if not cookie:
            return None
        try:
            pair = SimpleCookie(cookie).get(COOKIE)
            header = headers.get(_CSRF, b"").decode("latin-1")
            check_csrf("POST", {COOKIE: pair.value if pair else ""}, {HEADER: header})
        except (AssistantError, CookieError):
            return None
        return self._authenticator.known(Credentials(cookie=cookie, secure=scope["scheme"] == "https"))
