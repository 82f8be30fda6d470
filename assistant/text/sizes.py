"""Sizes as people write them."""


def shown_size(number: int) -> str:
    """Return a number of bytes, exactly, in the largest unit that needs no more than one decimal: `25 MiB`."""
    for unit, bytes_of in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if number >= bytes_of and number * 10 % bytes_of == 0:
            return f"{number / bytes_of:g} {unit}"
    return f"{number} bytes"
