"""Which patterns of an admin are accepted."""

import time

import pytest

from assistant.completion.shield import CustomPattern, Mask, MaskingRules, check_pattern


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        (r"CUST-\d+", "CUST-17"),
        (r"\bKD[ -]?\d{4,8}\b", "KD 12345"),
        (r"(?i)policy [A-Z]{2,3}\d{6}", "Policy ab123456"),
        (r"\d{1,5} [A-Z][a-z]{1,20} (?:Street|Road)", "12 Main Road"),
        (r"(?:AB|CD){1,3}\d", "ABCD1"),
    ],
)
def test_an_ordinary_pattern_is_accepted(pattern: str, found: str) -> None:
    """It hides what it matches."""
    mask = Mask(MaskingRules(patterns=(CustomPattern(name="own", pattern=pattern),)))
    assert mask.hide(f"see {found}, ok", html=False) == "see ZQX1CODE, ok"


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(a+)+b", "Only the end of the pattern may repeat without limit"),
        ("(?:ab+)+", "Only the end of the pattern"),
        (r"\d+\s+\d+", "Only the end of the pattern"),
        (".*secret", "Only the end of the pattern"),
        ("(?:ab|abb)+", "Only the end of the pattern"),
        ("(?:a|a){1,40}b", "too many ways"),
        ("a{1,30}a{1,30}b", "too many ways"),
        ("((a{1,9}){1,9}){1,9}b", "too many ways"),
        (r"(\w\w)\1", "a reference to an earlier group"),
        ("(?=a)ab", "a look-ahead"),
        ("(?<!a)bc", "a look-ahead or look-behind"),
        ("(a)?(?(1)bc|de)", "a condition"),
        ("a", "at least 2 characters"),
        ("x*", "at least 2 characters"),
        ("(", "is not a regular expression"),
        ("a{5,2}", "is not a regular expression"),
        ("(?:" * 5000, "the limit is 300"),
        ("a" * 301, "the limit is 300"),
    ],
)
def test_what_may_be_slow_or_senseless_is_refused(pattern: str, reason: str) -> None:
    """A sentence says why."""
    with pytest.raises(ValueError, match=reason):
        check_pattern(pattern)


def test_a_mask_takes_no_unchecked_pattern() -> None:
    """Whatever way it came, a pattern is checked."""
    with pytest.raises(ValueError, match="Only the end"):
        Mask(MaskingRules(patterns=(CustomPattern(name="own", pattern="(a+)+b"),)))


@pytest.mark.parametrize("pattern", ["a{1,22}a{1,22}b", "(?:a{1,3}){1,4}bb", "[a-z]{2,400}x", "aa+"])
def test_the_slowest_accepted_patterns_end_in_time(pattern: str) -> None:
    """On the worst text that fits into a request."""
    finder = check_pattern(pattern)
    started = time.process_time()
    list(finder.finditer("a" * 65_536 + "c"))
    assert time.process_time() - started < 5
