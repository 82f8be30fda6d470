"""Why a database that answers can't be used, in a sentence for the operator: waiting would not help."""

import re
import ssl

from assistant.addresses.options import plain
from assistant.addresses.postgres import OPTIONS

_SETTING = "ASSISTANT_DATABASE_URL"
_PARAMETER = re.compile(r"unsupported startup parameter(?: in options)?: ([a-zA-Z_]{1,40})")  # PgBouncer's words
_USER = "the database refuses the user or the password"
_NAME = "the server has no database of that name"
_STATES = {  # PostgreSQL's documentation, appendix A
    "28P01": _USER,
    "28000": "the database does not let this user in from here",
    "3D000": _NAME,
    "42501": "the user may not create tables there; grant it CREATE on the schema, or name another schema",
    "3F000": "the schema is not there; create it, or name another one as the option schema or search_path",
    "42704": "the server does not know a setting that the address names in its options",
    "22023": "the server can't take the value of a setting that the address names",
    "42601": "the server does not understand the option options; leave it out, or write settings such as -c name=value",
    "55P02": "the server does not allow changing a setting that the address names in its options",
}
_POOLERS = (  # PgBouncer, Supavisor and PgCat tell by words, their own or the server's, what PostgreSQL tells by codes
    (
        re.compile(
            r'no such database|no pool configured for database|database "[^"\n]{1,100}" does not exist', re.IGNORECASE
        ),
        _NAME,
    ),
    (
        re.compile(
            r"password authentication failed|SASL authentication failed|no such user|login rejected"
            r'|role "[^"\n]{1,100}" does not exist|no pg_hba\.conf entry'
            r"|tenant or user not found|tenant/user [^\n]{0,200}? not found|error in authentication",
            re.IGNORECASE,
        ),
        f"{_USER}; where a pooler is asked, its users and its databases are its own",
    ),
    (
        re.compile(r"SSL (?:connection is )?required", re.IGNORECASE),
        "the pooler asks for TLS; write ?sslmode=require into the address",
    ),
    (re.compile("statement pooling mode"), "the pooler must have transaction or session as its pool_mode"),
)
_FOR_NOW = re.compile(  # what poolers say, likewise without a code, while the server behind them is away or overrun
    r"cannot connect to server|server login has been failing|server_login_retry|shutting down|timeout"
    r"|max_client_conn|max_\w{1,20}_connections|max ?clients|no more connections|connections reached|server conn"
    r"|could not get connection|try again|is disabled|control plane",
    re.IGNORECASE,
)
_MAY_NOT = (
    "the user may not connect to this database, or may not change a setting that the address names in its options"
)
_MOST_ANSWERS = 15  # one a second, or one in fifteen seconds behind PgBouncer
AWAY_CLASSES = ("08", "28", "3D", "53", "57")
"""Beginnings of the codes of a database that is away: connection, sign-in, no such database, resources, a shutdown."""


class Answers:
    """The answers of a database that is waited for: the same refusal over and over is none that goes away."""

    def __init__(self) -> None:
        self._last = ""
        self._count = 0

    def refusal(self, error: BaseException) -> str | None:
        """Return what an operator must change before the database can be used; nothing while it is worth waiting."""
        original = _original(error)
        state = _state(original)
        if state == "42501":  # nothing was written yet
            return f"{_SETTING}: {_MAY_NOT}"
        if reason := refusal(original):
            return reason
        self._count = (self._count if state == self._last else 0) + 1 if _is_lasting(original) else 0
        self._last = state
        if self._count < _MOST_ANSWERS:
            return None
        return f"{_SETTING}: the database answers each time that it can't be used (SQLSTATE {state}); its log says why"


def _is_lasting(error: BaseException) -> bool:
    """Tell whether an answer may well be the same for ever; 08P01 is what poolers give for all kinds of reasons."""
    state = _state(error)
    away = not state or (state.startswith(AWAY_CLASSES) and state != "08P01")
    return not away and not _FOR_NOW.search(str(error))


def refusal(error: BaseException) -> str | None:
    """Return what an operator must change before the database can be used; nothing while it may be worth waiting.

    Nothing is quoted but names that we know: drivers' messages may hold parts of the address.
    """
    reason = refusal_reason(error)
    return reason and f"{_SETTING}: {reason}"


def refusal_reason(error: BaseException) -> str | None:
    """Return the same without the name of the setting, for another database than the service's own."""
    original = _original(error)
    if isinstance(original, ssl.SSLCertVerificationError):
        return "the server's certificate is not trusted; name its authority's file as the option sslrootcert"
    if isinstance(original, ConnectionError) and "rejected SSL upgrade" in str(original):  # asyncpg's words
        return "the server speaks no TLS, which the address asks for"
    return _of_pooler(original) or _STATES.get(_state(original))


def _original(error: BaseException) -> BaseException:
    original = getattr(error, "orig", None) or error
    return original.__cause__ or original


def _state(error: BaseException) -> str:
    return str(getattr(error, "sqlstate", None) or "")


def _of_pooler(error: BaseException) -> str | None:
    said, state = str(error), _state(error)
    if match := _PARAMETER.search(said):
        name = match[1] if plain(match[1]) in OPTIONS else "an option"
        return (
            f"the pooler does not take {name}; leave it out of the address, or add it to the pooler's"
            " ignore_startup_parameters"
        )
    if not state or state in _STATES:
        return None
    return next((reason for words, reason in _POOLERS if words.search(said)), None)
