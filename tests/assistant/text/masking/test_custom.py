"""Which patterns of an admin are accepted, and what they find."""
# ruff: noqa: RUF001 - letters of other scripts are what it is about

import re

import pytest

from assistant.text.masking import custom
from assistant.text.masking.custom import CustomPattern, SlowPatternError, check_pattern
from assistant.text.masking.masking import Mask, MaskingRules
from tests.growth import grows_no_faster, repeated

pytestmark = pytest.mark.usefixtures("no_collection")

SIZE = 64 * 1024


def hidden(pattern: str, text: str, *, html: bool = False) -> str:
    """Return a text with what a pattern finds in it as `<>`; what built-in kinds find stays in clear."""
    own = CustomPattern(name="own", pattern=pattern, private=True)
    masked = Mask(MaskingRules(enabled=False, patterns=(own,))).hide(text, html=html)
    return re.sub(r"ZQX\d+CODE", "<>", masked)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"CUST-\d+", "see CUST-17, ok", "see <>, ok"),
        (r"\bKD[ -]?\d{4,8}\b", "see KD 12345, XKD 12345, KD 12345X", "see <>, XKD 12345, KD 12345X"),
        (r"(?i)policy [A-Z]{2,3}\d{6}", "see Policy ab123456", "see <>"),
        (r"(?:AB|CD){1,3}\d", "see ABCD1", "see <>"),
        (r"\w+@\w+", "see ab@cd, ok", "see <>, ok"),
        (r"(a+)+b", "aaab aaac", "<> aaac"),
        (r"\d+\s+\d+", "see 12  34", "see <>"),
        (r"secret.*", "my secret word\nand more", "my <>\nand more"),
        (r"^ID .*$", "x\nID 7 b\ny", "x\n<>\ny"),
        (r"KD-\d\Z", "KD-1 KD-2", "KD-1 <>"),
        (r"Foo(?: Bar)? ?", "a Foo Bar Foo b", "a <><>b"),
    ],
)
def test_an_ordinary_pattern_is_accepted(pattern: str, text: str, expected: str) -> None:
    """It hides what it matches, however it repeats."""
    assert hidden(pattern, text) == expected


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"Kunde-\w+", "Kunde-Müller, Kunde-Łukasz, Kunde-Дмитрий, Kunde-田中", "<>, <>, <>, <>"),
        (r"\bÄrzte\b", "die Ärzte, Zahnärzte", "die <>, Zahnärzte"),
        (r"\u00c4rzte", "die Ärzte", "die <>"),
        (r"\xc4rzte|\x{e9}t", "die Ärzte, ét", "die <>, <>"),
        (r"[A-ZÄÖÜ][a-zäöüß]+straße \d+", "in der Königstraße 5", "in der <>"),
        (r"\bKD\d{4}\b", "äKD1234 KD1234ö KD１２３４ KD٤٥٦٧", "äKD1234 KD1234ö <> <>"),
        (r"KD-\d{3}", "KD\u2013123, KD\u2011456", "<>, <>"),
        (r"KD \d{3}", "KD\u00a0123, KD\u202f456", "<>, <>"),
        (r"\w{3}@", "好好好@x", "<>x"),
        (r"[^\s,]+€", "12,50€ 🙂€", "12,<> <>"),
        (r"＊\d＋", "＊7＋", "<>"),
    ],
)
def test_letters_beyond_ascii_are_letters(pattern: str, text: str, expected: str) -> None:
    """Nothing stays in clear because of an umlaut, another script's digits or a blank from a word processor."""
    assert hidden(pattern, text) == expected


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (r"(\w\w)\1", "write that part out again"),
        (r"(?P<a>\w\w)(?P=a)", "."),
        ("(?=a)ab", "look-aheads and look-behinds are not supported"),
        ("(?<!a)bc", "let the pattern match the text around it as well"),
        ("(a)?(?(1)bc|de)", "write both ways"),
        ("(?>ab)c", "write a plain"),
        ("ab++c", "write a plain"),
        ("(?x) a b", "only the flags i, m, s and U"),
        (r"\N{DASH}ab", "write the character itself"),
        (r"\p{L}{2}", r"write \\w"),
        ("ab{,5}", r"write \{0,5\}"),
        (r"KD-\d{6, 8}", r"\{6, 8\} is not a repeat"),
        (r"KD-\d{6", r"\{6 is not a repeat"),
        (r"KD-\d{ 6 }", "without blanks"),
        (r"KD-\d{6;8}", "is not a repeat"),
        (r"KD-\d{6-8}", "is not a repeat"),
        ("KD-{}", "is not a repeat"),
        ("/KD-[0-9]+/", "leave out the slashes"),
        ("/KD-[0-9]+/i", "leave out the slashes"),
        ("a", "single characters"),
        (r"\d", "single characters"),
        ("(?i)ä", "single characters"),
        ("x*", "empty text"),
        (r"\b", "empty text"),
        ("(?:ab|$)", "empty text"),
        ("", "empty text"),
        ("(", r"missing \)"),
        ("a{5,2}", "the smaller number goes first"),
        ("ab{2000}", "may count to 1000"),
        ("((a{9}){9}){99}b", "those around it multiplied"),
        ("(?:abcdefghijkl){200}", "too large"),
        ("(?:" * 5000, "the limit is 300"),
        ("a" * 301, "the limit is 300"),
        ("ab\ud800" + "(", "missing"),
    ],
)
def test_what_can_not_be_used_is_refused(pattern: str, reason: str) -> None:
    """A sentence says why, and what to write instead."""
    with pytest.raises(ValueError, match=reason):
        check_pattern(pattern)


def test_a_mask_takes_no_unchecked_pattern() -> None:
    """Whatever way it came, a pattern is checked."""
    with pytest.raises(ValueError, match="look-aheads"):
        hidden("(?=a)ab", "ab")


def test_nothing_of_a_pattern_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    """RE2 writes its errors to standard error, unless it is told not to."""
    for pattern in ("(?=a)secret", "secret(", "(?:secret){1000}"):
        with pytest.raises(ValueError, match=r"supported|missing|large"):
            check_pattern(pattern)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("markup", [False, True])
def test_parts_of_a_text_are_looked_at_one_by_one(markup: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """A pattern never reaches over what something else has hidden, and misses nothing between."""
    links = MaskingRules(patterns=(CustomPattern(name="own", pattern=r"KD.{0,40}\d"),))
    text = "KD1 https://a.example/KD7 KD2 KD https://b.example 9 KD3"
    text = f"<p>{text}</p><p>KD4</p>" if markup else text
    masked = re.sub(r"ZQX\d+([A-Z]+)", r"\1", Mask(links).hide(text, html=markup))
    assert masked == ("<p>CODE LINK CODE KD LINK 9 CODE</p><p>CODE</p>" if markup else "CODE LINK CODE KD LINK 9 CODE")


PATTERNS = [
    "(a+)+b",
    "(?:a|aa)+$b",
    r"\w+@\w+",
    "[a-z]{2,400}x",
    ".*.*.*secret",
    r"\w+\s+\w+x",
    "(a|a){1,40}b",
    "a.{0,99}b.{0,99}c",
]


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("piece", ["a", "ab ä", "<b>a</b>"])
def test_time_grows_with_the_text(pattern: str, piece: str) -> None:
    """Twice the text takes twice the time, and not much of it; the rest is what the built-in kinds take."""
    grows_no_faster(lambda size: hidden(pattern, repeated(piece, size), html=True), SIZE // 8)


def test_a_hundred_patterns_take_hardly_longer_than_one() -> None:
    """On a draft that fills a request; what is made of the patterns comes before it."""
    text = "<b>aä</b> a@b.de " * (SIZE // 18)

    def mask(count: int) -> Mask:
        patterns = tuple(
            CustomPattern(name=f"p{number}", pattern=f"(?:{PATTERNS[number % 8]})K{number}") for number in range(count)
        )
        return Mask(MaskingRules(enabled=False, patterns=patterns, private=frozenset({"custom"})))

    masks = {count: mask(count) for count in (25, 50, 100, 200)}
    grows_no_faster(lambda count: masks[count].hide(text, html=True), 50)
    assert masks[100].hide(text, html=True) == text


def test_a_pattern_that_looks_ahead_again_and_again_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it does take long, the text is not sent, and the error says why; nothing leaves in clear."""
    monkeypatch.setattr(custom, "MOST_SECONDS", 0.05)
    with pytest.raises(SlowPatternError, match="The masking pattern 'own' takes too long"):
        hidden("aa(?:.*z)?", "a" * SIZE)
