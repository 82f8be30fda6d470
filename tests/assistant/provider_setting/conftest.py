"""What the tests of the provider setting share."""

from collections.abc import Iterator

import pytest

from tests.assistant.provider_setting.setting import KEY
from tests.fakes import FakeProvider


@pytest.fixture
def first() -> Iterator[FakeProvider]:
    """The active provider; it lets only its key in."""
    with FakeProvider("chat", key=KEY) as fake:
        fake.reply("from the first")
        yield fake
