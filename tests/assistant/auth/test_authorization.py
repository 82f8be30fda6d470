"""What of the header Authorization counts: an API key, and nothing else."""

import base64

import pytest

from assistant.auth.authorization import EXPIRED, authorization_of, not_signed_in


def _basic(text: str) -> bytes:
    return b"Basic " + base64.b64encode(text.encode())


KEYS = [b"token ak:as", b"Token ak:as", b"TOKEN  ak:as ", _basic("ak:as"), b"basic " + _basic("ak:as")[6:]]
IGNORED = [
    b"",
    b" ",
    b"Bearer",
    b"Bearer eyJhbGciOi.J9",
    b"bearer x",
    b"BEARER ak:as",
    b"Bearer ak:as",
    b"Digest username=x",
    b"Negotiate YII=",
    b"AWS4-HMAC-SHA256 Credential=x",
    b"ApiKey ak:as",
    b"tokens ak:as",
    b"ak:as",
    b"token",
    b"token ak",
    b"token ak:",
    b"token :as",
    b"Basic",
    b"Basic !!!",
    b"Basic /w==",
    _basic("no colon"),
    b"token \x00:\x01",
    b"B" * 100_000,
]


@pytest.mark.parametrize("value", KEYS)
def test_key_counts_as_it_came(value: bytes) -> None:
    """Either scheme, in any case."""
    assert authorization_of([(b"cookie", b"a=b"), (b"authorization", value)]) == value.decode()


@pytest.mark.parametrize("value", IGNORED)
def test_everything_else_counts_for_nothing(value: bytes) -> None:
    """As if the header were not there: before, behind, or without a key beside it."""
    ignored, key = (b"authorization", value), (b"authorization", b"token ak:as")
    assert authorization_of([ignored]) == ""
    assert authorization_of([ignored, ignored]) == ""
    assert authorization_of([ignored, key]) == authorization_of([key, ignored]) == "token ak:as"


def test_first_of_several_keys_counts() -> None:
    """One caller, never a mixture."""
    pairs = [(b"authorization", b"token first:as"), (b"authorization", b"token second:as")]
    assert authorization_of(pairs) == "token first:as"


@pytest.mark.parametrize(
    ("name", "in_browser"),
    [(b"cookie", True), (b"sec-fetch-mode", True), (b"sec-fetch-site", True), (b"accept", False), (b"host", False)],
)
def test_browsers_are_not_told_of_keys(name: bytes, in_browser: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """An agent whose cookies have run out is told to sign in, a program which header to send."""
    message = str(not_signed_in([(name, b"x")]))
    assert (message == EXPIRED) is in_browser
    assert ("key" in message) is not in_browser
