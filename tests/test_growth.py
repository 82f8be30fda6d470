"""The measure that tests of quick functions go by."""

import pytest

from tests.growth import grows_no_faster


def test_work_in_proportion_passes() -> None:
    """Twice as much in twice the time."""
    grows_no_faster(lambda size: [number * number for number in range(size)], 100_000)


def test_work_that_compares_each_with_each_does_not() -> None:
    """Twice as much in four times the time."""
    with pytest.raises(AssertionError, match=r"1200: .* s, 2400: .* s"):
        grows_no_faster(lambda size: [a * b for a in range(size) for b in range(size)], 300)
