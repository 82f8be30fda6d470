"""Links and e-mail addresses: what a guard misses is what masking hides."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.text.guards.facts import Facts
from assistant.text.masking.masking import Mask, MaskingRules
from tests.assistant.text.guards.checking import ask, faithful, unfaithful
from tests.assistant.text.masking.building import WORDS

ADDRESSES = [
    "https://example.com/reset?id=7&t=a_b",
    "http://example.com",
    "ftp://example.com/list.txt",
    "sftp://files.example.com/x",
    "webcal://shop.example.com/c.ics",
    "whatsapp://send?text=Hi",
    "www.example.org/x_(y)",
    "mailto:help@example.com?subject=Order",
    "ana@example.com",
    "ana.o'neil+x@mail.example.co.uk",
    "jörg@müller.example",
    "иван@почта.рф",
    "shop.example.com",
    "shop.example.com:8443/x",
    "example.com?id=7",
    "example.com/path",
    "müller.de/kontakt",
    "пример.рф",
    "meier-bau.at",
    "shop24.info",
    "kanzlei.gmbh/kontakt",
    "srv.kunde.local",
]
NO_ADDRESSES = [
    "z.B.in Berlin, d.h.es geht, e.g.it works, i.e.is",
    "Node.js, file.txt, index.html, archive.tar.gz, README.md",
    "v1.2.3 and 10.at 5, 3.5.to 4",
    "we checked it.it works.support will call.help is near.is it ok",
    "your e-mail.support will call",
    "a.m.to p.m.is",
    "ASP.NET, done.it and www.",
    "Dear Ana: hi, see below:",
]
_MASKED = MaskingRules()


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("text", ["see {} now", "({}).", "so: {}, ok", "<{}>!", "“{}”"])
def test_what_a_guard_sees_is_what_masking_hides(address: str, text: str) -> None:
    """Both begin and end it at the same place."""
    said = text.format(address)
    assert [link.written for link in Facts(said, html=False).links] == [address]
    mask = Mask(_MASKED)
    mask.hide(said, html=False)
    assert [thing.value for thing in mask.tokens.values()] == [address]


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_words_with_dots_are_none_to_either(text: str) -> None:
    """Abbreviations, files and missing spaces."""
    assert Facts(text, html=False).links == []
    mask = Mask(_MASKED)
    mask.hide(text, html=False)
    assert {thing.kind for thing in mask.tokens.values()}.isdisjoint({"link", "email"})


@settings(deadline=None)
@given(st.lists(st.sampled_from(ADDRESSES) | st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join))
def test_no_link_that_a_guard_sees_is_shown_to_a_model(text: str) -> None:
    """Whatever stands between links and addresses."""
    masked = Mask(_MASKED).hide(text, html=False)
    assert [link.written for link in Facts(text, html=False).links if link.written in masked] == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ອີເມລa@example.comໄດ້", "a@example.com"),
        ("អ៊ីមែលb@example.comបាន", "b@example.com"),
        ("メールはc@example.jpまで", "c@example.jp"),
        ("邮箱d@example.com或者", "d@example.com"),
    ],
)
def test_words_of_scripts_without_spaces_are_no_part_of_an_address(text: str, address: str) -> None:
    """They stay in what the model reads, and it can put them where they belong."""
    mask = Mask(_MASKED)
    masked = mask.hide(text, html=False)
    assert [thing.value for thing in mask.tokens.values()] == [address]
    assert masked == text.replace(address, "ZQX1MAIL")


@pytest.mark.parametrize(
    ("draft", "answer", "values"),
    [
        ("Add webcal://shop.example.com/c.ics", "Add our calendar.", ["webcal://shop.example.com/c.ics"]),
        ("See files.example.com:8443/x", "See files.example.com:8444/x", ["files.example.com:8443/x"]),
        ("Go to müller.de/kontakt", "Go to muller.de/kontakt", ["müller.de/kontakt"]),
        ("Write to o'neil@example.com", "Write to neil@example.com", ["o'neil@example.com"]),
    ],
)
def test_a_link_of_any_scheme_port_or_script_is_missed(draft: str, answer: str, values: list[str]) -> None:
    """It refuses the answer, as any link does."""
    missing = [breach for breach in ask("links", unfaithful(draft, answer)) if not breach.invented]
    assert [(list(breach.values), breach.refuses) for breach in missing] == [(values, True)]


def test_punctuation_behind_a_link_is_the_sentences_own() -> None:
    """A rewrite may end the sentence elsewhere."""
    pair = faithful("see https://example.com/a!", "Please see https://example.com/a، or https://example.com/a|")
    assert ask("links", pair) == ()
