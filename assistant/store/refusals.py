"""Why a database that answers can't be used, in a sentence for the operator: waiting for it would help nobody."""

import re
import ssl

from assistant.addresses.options import plain
from assistant.addresses.postgres import OPTIONS

_PARAMETER = re.compile(r"unsupported startup parameter(?: in options)?: ([a-zA-Z_]{1,40})")  # PgBouncer's words
_STATES = {  # PostgreSQL's documentation, appendix A
    "28P01": "the database refuses the user or the password",
    "28000": "the database does not let this user in from here",
    "3D000": "the server has no database of that name",
    "42501": "the user may not create tables there; grant it CREATE on the schema, or name another schema",
    "3F000": "the schema is not there; create it, or name another one as the option schema or search_path",
    "42704": "the server does not know a setting that the address names in its options",
    "22023": "the server can't take the value of a setting that the address names",
}


def refusal(error: BaseException) -> str | None:
    """Return what an operator must change before the database can be used; nothing while it is worth waiting.

    Nothing is quoted but names that we know: drivers' messages may hold parts of the address.
    """
    original = getattr(error, "orig", None) or error
    original = original.__cause__ or original
    reason = _reason(original)
    return reason and f"ASSISTANT_DATABASE_URL: {reason}"


def _reason(error: BaseException) -> str | None:
    if isinstance(error, ssl.SSLCertVerificationError):
        return "the server's certificate is not trusted; name its authority's file as the option sslrootcert"
    if isinstance(error, ConnectionError) and "rejected SSL upgrade" in str(error):  # asyncpg's words
        return "the server speaks no TLS, which the address asks for"
    state = str(getattr(error, "sqlstate", None) or "")
    return _of_pooler(str(error)) or _STATES.get(state)


def _of_pooler(said: str) -> str | None:
    if match := _PARAMETER.search(said):
        name = match[1] if plain(match[1]) in OPTIONS else "an option"
        return (
            f"the pooler does not take {name}; leave it out of the address, or add it to the pooler's"
            " ignore_startup_parameters"
        )
    if "statement pooling mode" in said:
        return "the pooler must have transaction or session as its pool_mode"
    return None
