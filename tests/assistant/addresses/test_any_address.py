"""Whatever stands in an address: it is understood, or refused in one sentence that holds nothing of a password."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.addresses.postgres import PostgresAddress
from assistant.addresses.redis import RedisAddress
from tests.assistant.addresses.test_postgres_addresses import OPTIONS as POSTGRES_OPTIONS
from tests.assistant.addresses.test_redis_addresses import OPTIONS as REDIS_OPTIONS

READERS = {"redis": RedisAddress.read, "postgresql": PostgresAddress.read}
TEXTS = st.text(alphabet=st.sampled_from("ab1:/@?#[]%&=,. \n\0é\uff12_-+"), max_size=40)
PASSWORDS = st.text(alphabet=st.sampled_from("XQZ9:/@?#[]%&=,+"), min_size=8, max_size=24)


@pytest.mark.parametrize("scheme", READERS)
@given(rest=TEXTS)
def test_nothing_but_a_sentence_comes_of_it(scheme: str, rest: str) -> None:
    """No other error than the one that the start tells."""
    assert said(scheme, f"{scheme}://{rest}").startswith("must ")


@pytest.mark.parametrize("scheme", READERS)
@given(password=PASSWORDS, option=st.sampled_from([*REDIS_OPTIONS, *POSTGRES_OPTIONS]))
def test_passwords_that_were_not_encoded_do_not_come_out(scheme: str, password: str, option: str) -> None:
    """Also where a special character cuts a password in two, no piece of it is taken for a name that may be said."""
    for address in (f"{scheme}://u:{password}@host/0?{option}", f"{scheme}://host/0?password={password}&{option}"):
        assert not any(letter in said(scheme, address) for letter in "XQZ"), address


@pytest.mark.parametrize("scheme", READERS)
@pytest.mark.parametrize("piece", ["&a=b", ",a:1", "%2", "@", ":", "[", "?", "/", "%2F", "+x", "é"])
def test_long_addresses_take_no_longer_than_they_are_long(scheme: str, piece: str) -> None:
    """A file of another kind, pasted or mounted in an address's place, is refused like any other one."""
    for start in ("u:p@host/0?", ""):
        assert len(said(scheme, f"{scheme}://{start}{piece * 50_000}")) < 300


def said(scheme: str, address: str) -> str:
    """Return why an address is refused, or what is shown of one that is understood."""
    try:
        return f"must be {READERS[scheme](address)!r}"
    except ValueError as error:
        return str(error)
