"""While hostile clients do their worst, others are answered within a second, and memory stays what it was."""

import os
import time
from collections.abc import Iterator

import pytest

from tests.assistant.serving import Served, serving
from tests.health import asked_for_health
from tests.hostile import GROUPS, KINDS, Attackers, attackers
from tests.processes import resident

SECONDS = 4.0 if os.environ.get("EXAMPLES_FACTOR", "1") == "1" else 10.0  # of each group
WARM_UP = 1.0
SETTLING = 15.0  # seconds in which what was under way ends, such as the checks of passwords that wait
LONGEST = 1.0  # seconds to an answer
MOST_GROWTH = 50 * 2**20


@pytest.fixture(scope="module")
def hostile() -> Iterator[Attackers]:
    """The hostile clients, and the provider that answers them."""
    with attackers() as found:
        yield found


@pytest.fixture(scope="module")
def attacked(hostile: Attackers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service with its own desk."""
    with serving(tmp_path_factory.mktemp("attacked"), PROVIDER="custom", BASE_URL=hostile.provider) as served:
        yield served


@pytest.mark.parametrize("group", GROUPS)
def test_others_are_served_and_memory_stays(hostile: Attackers, attacked: Served, group: str) -> None:
    """Health is asked for every 100 ms from another address; memory is that of all processes of the service."""
    port = int(attacked.client.base_url.port or 0)
    hostile.attack(port, GROUPS[group], WARM_UP)
    before = resident(attacked.process.pid)
    with asked_for_health(port) as seconds:
        assert hostile.attack(port, GROUPS[group], SECONDS) > 0
    assert max(seconds) < LONGEST, f"{sorted(seconds)[-5:]}"
    settled = time.monotonic() + SETTLING
    while (growth := resident(attacked.process.pid) - before) >= MOST_GROWTH and time.monotonic() < settled:
        time.sleep(0.1)
    assert growth < MOST_GROWTH, f"{growth / 2**20:.0f} MiB"


def test_every_kind_belongs_to_a_group() -> None:
    """None is forgotten."""
    assert sorted(KINDS) == sorted(name for names in GROUPS.values() for name in names)
