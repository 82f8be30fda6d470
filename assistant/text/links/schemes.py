"""Where a link may lead, by the scheme of its address."""

import re

SCHEMES = frozenset({"http", "https", "mailto", "tel", "cid"})
"""Schemes that any link of an answer may have."""

_REFUSED_WORDS = (
    "javascript vbscript livescript jscript ecmascript mocha data blob filesystem about view-source jar mhtml res "
    "chrome resource file ms-its ms-msdt search-ms search feed pcast shell hcp ms-officecmd ms-appinstaller "
    "ms-cxh vnd.sun.star.script vnd.libreoffice.command intent mk"
)
REFUSED = frozenset(_REFUSED_WORDS.split())
"""Schemes that no link may have, though the draft has it: they run something, or lead into the reader's own machine."""

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*+(?=:)", re.IGNORECASE)
_IGNORED = re.compile(r"[\t\r\n]")
_AROUND = "".join(map(chr, range(0x21)))


def scheme_of(address: str) -> str:
    """Return the scheme as a browser reads it, in small letters; empty where the address is relative.

    Browsers skip control characters around an address, and tabs and line ends in it (WHATWG URL, "basic URL parser").
    """
    match = _SCHEME.match(_IGNORED.sub("", address).strip(_AROUND))
    return match[0].lower() if match else ""
