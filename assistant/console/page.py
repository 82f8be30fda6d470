"""What a browser gets for the page's addresses: its start, or why there is none yet."""

import html
import secrets
from typing import Any

from msgspec import Struct

from assistant.console.build import State
from assistant.web.links import link
from messages.sentences import Sentence

_COMMAND = "make console"
_WORDS = {
    "building": Sentence("The console is being built. It opens here as soon as it is ready, usually within a minute."),
    "missing": Sentence(
        "The console is not built yet. Run {command} where the service was checked out, and it opens here.",
        command=_COMMAND,
    ),
    "failed": Sentence(
        "The console could not be built. Run {command} where the service was checked out to see why.", command=_COMMAND
    ),
}
_STYLE = (
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:20vh auto;max-width:34rem;"
    "padding:0 1rem;color:light-dark(#1b1f24,#e6e9ec);background:light-dark(#fff,#15181b)}h1{font-size:1.25rem}"
)
_SECONDS = 2  # after which the small page looks again

COMMON_HEADERS = {"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"}
"""What every answer of the page's addresses has."""

_HEADERS = {
    **COMMON_HEADERS,
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


class Shown(Struct, frozen=True, kw_only=True):
    """A page on its way to a browser."""

    status_code: int
    content: str
    headers: dict[str, str]


def started(index: str, *, language: str, desk: bool, known: bool) -> Shown:
    """Return the page's start, with a nonce of its own for the styles that libraries add.

    Args:
        index: as it was built.
        language: in which it begins.
        desk: whether agents sign in at the built-in desk, by e-mail address and password.
        known: whether there is anything at this address; the page itself says so where there is nothing.
    """
    nonce = secrets.token_urlsafe(18)
    values = {"NONCE": nonce, "ROOT": link(""), "LANGUAGE": language, "DESK": "yes" if desk else "no"}
    for name, value in values.items():
        index = index.replace(f"__{name}__", html.escape(value))
    headers = {**_HEADERS, "Content-Security-Policy": _policy(nonce)}
    return Shown(status_code=200 if known else 404, content=index, headers=headers)


def not_started(state: State, language: str) -> Shown:
    """Return the small page that says why there is no other, and that opens the other once it is there."""
    nonce, words = secrets.token_urlsafe(18), _WORDS[state]
    title = Sentence("Reply assistant").in_language(language)
    content = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="{_SECONDS}">'
        f'<style nonce="{nonce}">{_STYLE}</style></head><body><main><h1>{html.escape(title)}</h1>'
        f'<p role="status">{html.escape(words.in_language(language))}</p></main></body></html>'
    )
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    headers = {**_HEADERS, "Content-Security-Policy": policy, "Retry-After": str(_SECONDS)}
    return Shown(status_code=503, content=content, headers=headers)


def _policy(nonce: str) -> str:
    """Return what the page may load and do: nothing but what is ours."""
    rules: dict[str, Any] = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": f"'self' 'nonce-{nonce}'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "vue",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())
