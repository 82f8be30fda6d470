"""What is worked out when it is first needed."""

import re

import pytest

from assistant.text import lazy
from assistant.text.lazy import compile_patterns, regex


def test_an_expression_is_compiled_when_it_is_first_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is compiled once, and then has what a compiled one has."""
    compiled: list[str] = []
    monkeypatch.setattr(lazy, "_PATTERNS", [])
    compile_now = re.compile

    def counting(pattern: str, flags: int = 0) -> re.Pattern[str]:
        compiled.append(pattern)
        return compile_now(pattern, flags)

    monkeypatch.setattr(re, "compile", counting)
    used, unused = regex(r"lazy (\w+)", re.IGNORECASE), regex("lazy and unused")
    assert not compiled
    found = used.search("A LAZY dog")
    assert found is not None
    assert found[1] == "dog"
    assert used.sub("it", "lazy dog") == "it"
    assert (used.pattern, used.groups) == (r"lazy (\w+)", 1)
    compile_patterns()
    compile_patterns()
    assert compiled == [r"lazy (\w+)", "lazy and unused"]
    assert unused.fullmatch("lazy and unused") is not None


def test_an_expression_has_no_other_members() -> None:
    """Whoever looks for something else finds nothing, and nothing is compiled for it."""
    with pytest.raises(AttributeError):
        _ = regex("(").__wrapped__  # type: ignore[attr-defined] # there is none
