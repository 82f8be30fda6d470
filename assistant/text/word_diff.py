"""What differs between two texts, word by word."""

import re

_TOKEN = re.compile(r"<[^<>]*>|[^\W_]+|\s+|.", re.DOTALL)
_EASTERN = re.compile(r"([\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])")
_MOST_TOKENS = 10_000  # of the part that differs, on both sides together: comparing takes their square in bits


def word_diff(before: str, after: str) -> list[dict[str, str]]:
    """Return the steps from one text to another.

    Each is `{op, text}` with the op `equal`, `delete` or `insert`: the texts of all that is not inserted make `before`,
    those of all that is not deleted `after`. Tags, words, white space and single signs are kept whole; scripts without
    spaces go by the character. Where too much differs to look closely, one step replaces it all.
    """
    old, new = _tokens(before), _tokens(after)
    start = _common(old, new)
    end = min(_common(old[::-1], new[::-1]), len(old) - start, len(new) - start)
    left, right = old[start : len(old) - end], new[start : len(new) - end]
    steps = [("equal", "".join(old[:start])), *_compared(left, right), ("equal", "".join(old[len(old) - end :]))]
    return [{"op": op, "text": text} for op, text in _calm(steps) if text]


def _compared(left: list[str], right: list[str]) -> list[tuple[str, str]]:
    if len(left) + len(right) > _MOST_TOKENS:
        return [("delete", "".join(left)), ("insert", "".join(right))]
    from rapidfuzz.distance import Indel  # noqa: PLC0415 - a thirtieth of a second that a start need not take

    steps: list[tuple[str, str]] = []
    for step in Indel.opcodes(left, right):
        side, start, end = (
            (right, step.dest_start, step.dest_end) if step.tag == "insert" else (left, step.src_start, step.src_end)
        )
        steps.append((step.tag, "".join(side[start:end])))
    return steps


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    for found in _TOKEN.finditer(text):
        tokens += [part for part in _EASTERN.split(found[0]) if part]
    return tokens


def _common(first: list[str], second: list[str]) -> int:
    pairs = zip(first, second, strict=False)
    return next((place for place, (one, other) in enumerate(pairs) if one != other), min(len(first), len(second)))


def _calm(steps: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Join changes that only white space stands between: a reader sees one change there."""
    calm: list[tuple[str, str]] = []
    deleted = inserted = space = ""
    for op, text in steps:
        if not text:
            continue
        if op == "delete":
            deleted, inserted, space = deleted + space + text, inserted + space, ""
        elif op == "insert":
            deleted, inserted, space = deleted + space, inserted + space + text, ""
        elif text.isspace() and (deleted or inserted) and not space:
            space = text
        else:
            calm += [("delete", deleted), ("insert", inserted), ("equal", space + text)]
            deleted = inserted = space = ""
    return [*calm, ("delete", deleted), ("insert", inserted), ("equal", space)]
