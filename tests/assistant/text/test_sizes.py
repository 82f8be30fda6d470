"""Sizes as an agent reads them in an error."""

import pytest

from assistant.text.sizes import shown_size


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1 KiB"),
        (100_000, "100000 bytes"),
        (65536, "64 KiB"),
        (26_214_400, "25 MiB"),
        (1_610_612_736, "1.5 GiB"),
    ],
)
def test_largest_unit_counts(number: int, shown: str) -> None:
    """Where it says the number exactly."""
    assert shown_size(number) == shown
