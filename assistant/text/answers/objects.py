"""JSON in what a model wrote: by itself, in a code fence, between sentences, or broken."""

from collections.abc import Iterator

import msgspec

_LONGEST_REPAIRED = 64 * 1024  # characters; the repair takes its time
_MOST_BRACKETS = 150  # for the same reason: its time grows with the square of them


def objects_in(text: str) -> Iterator[object]:
    """Give what the JSON in a text may be, the most certain first; each thing is dict, list, text, number or None.

    What stands by itself or between other words is read as it is. Last comes what a repair makes of it, which puts in
    quotes, commas and brackets that are missing, and closes what was cut off: it may be anything, and has to be looked
    at with care.
    """
    start, end = text.find("{"), text.rfind("}")
    for part in dict.fromkeys((text.strip(), text[start : end + 1])):
        try:
            yield msgspec.json.decode(part)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            continue
    if start >= 0:
        yield from _repaired(text[start:])


def _repaired(text: str) -> Iterator[object]:
    if len(text) > _LONGEST_REPAIRED or text.count("{") + text.count("[") > _MOST_BRACKETS:
        return
    import json_repair  # noqa: PLC0415 - few answers are broken

    try:
        yield json_repair.loads(text, skip_json_loads=True)
    except (ValueError, RecursionError):
        return
