"""What leaves the process, and what never does."""

import random

import pytest

from assistant.text.masking.custom import CustomPattern
from assistant.text.masking.masking import Mask, MaskingRules

EVERY_KIND = frozenset({"link", "email", "phone", "iban", "card", "order", "amount", "number", "custom"})
DRAFT = "See https://example.com/a or write to ana@example.com about order 48213: $49.00."
HIDDEN = "See ZQX1LINK or write to ZQX2MAIL about order ZQX3REF: ZQX4SUM."


def test_each_thing_becomes_a_token() -> None:
    """The tokens tell what kind of thing they stand for."""
    mask = Mask(MaskingRules())
    assert mask.hide(DRAFT, html=False) == HIDDEN
    assert {token: (thing.kind, thing.value) for token, thing in mask.tokens.items()} == {
        "ZQX1LINK": ("link", "https://example.com/a"),
        "ZQX2MAIL": ("email", "ana@example.com"),
        "ZQX3REF": ("order", "48213"),
        "ZQX4SUM": ("amount", "$49.00"),
    }


def test_the_same_request_gives_the_same_tokens() -> None:
    """Prompts are cached and compared, so nothing is left to chance."""
    assert Mask(MaskingRules()).hide(DRAFT, html=False) == Mask(MaskingRules()).hide(DRAFT, html=False)


def test_the_same_thing_has_one_token_everywhere() -> None:
    """In HTML and in text, in the draft and around it."""
    mask = Mask(MaskingRules())
    html = mask.hide('<a href="https://example.com/?a=1&amp;b=2">https://example.com/?a=1&amp;b=2</a>', html=True)
    assert html == '<a href="ZQX1LINK">ZQX1LINK</a>'
    assert mask.hide("https://example.com/?a=1&b=2", html=False, expected=False) == "ZQX1LINK"
    assert list(mask.things.expected) == [1]


def test_entities_hide_nothing() -> None:
    """An address written in entities is one all the same; markup stays markup."""
    mask = Mask(MaskingRules())
    hidden = mask.hide("<p>ana&#64;example.com &lt;b&gt; 1&nbsp;234,50&nbsp;&euro; it&#8217;s</p>", html=True)
    assert hidden == "<p>ZQX1MAIL &lt;b&gt; ZQX2SUM it’s</p>"  # noqa: RUF001 - the apostrophe of the entity
    assert mask.reveal(hidden, html=True) == "<p>ana@example.com &lt;b&gt; 1\u00a0234,50\u00a0€ it’s</p>"  # noqa: RUF001


@pytest.mark.parametrize("draft", ["ZQX1LINK", "zqx 2 sum and https://example.com", "the ZQX", "FAZ", "plan Z", "ZQ"])
def test_what_looks_like_a_token_comes_back_unchanged(draft: str) -> None:
    """A draft may speak of anything."""
    mask = Mask(MaskingRules())
    assert mask.reveal(mask.hide(draft, html=False)) == draft


def test_a_text_variable_is_escaped_in_html() -> None:
    """A value from a text can't bring markup into an HTML answer."""
    mask = Mask(MaskingRules(patterns=(CustomPattern(name="tag", pattern="<b>X</b>"),)))
    assert mask.reveal(mask.hide("<b>X</b>", html=False), html=True) == "&lt;b&gt;X&lt;/b&gt;"


def test_switched_off_only_private_kinds_are_hidden() -> None:
    """A link that holds a private value is hidden whole."""
    mask = Mask(MaskingRules(enabled=False, private=frozenset({"email"})))
    hidden = mask.hide("https://x.example/?to=ana@example.com, https://y.example, ana@example.com, $5", html=False)
    assert hidden == "ZQX1LINK, https://y.example, ZQX2MAIL, $5"
    html = '<a href="mailto:ana@example.com">a</a> <a href="/b">b</a>'
    assert mask.hide(html, html=True) == '<a href="ZQX3LINK">a</a> <a href="/b">b</a>'


def test_with_nothing_to_hide_texts_pass_as_they_are() -> None:
    """The built-in model sees everything, and what it writes is its own."""
    mask = Mask(MaskingRules(enabled=False))
    assert not mask.active
    assert mask.hide(DRAFT, html=False) == DRAFT
    assert mask.reveal("ZQX1LINK") == "ZQX1LINK"


def test_own_patterns_come_before_the_built_in_ones() -> None:
    """A private one holds with masking switched off, by its flag or by its name."""
    street = CustomPattern(name="street", pattern=r"\d{1,5} [A-Z][a-z]{1,20} Street")
    for rules in (
        MaskingRules(patterns=(street,)),
        MaskingRules(enabled=False, private=frozenset({"street"}), patterns=(street,)),
        MaskingRules(enabled=False, patterns=(CustomPattern(name="s", pattern=street.pattern, private=True),)),
    ):
        assert Mask(rules).hide("order 48213 Main Street", html=False) == "order ZQX1CODE"


def _private_value(chance: random.Random) -> str:
    digits = "".join(chance.choice("123456789") for _ in range(12))
    name = "".join(chance.choice("abcdefghij") for _ in range(8))
    return chance.choice(
        [
            f"{name}@{name}.example",
            f"+49 {digits[:3]} {digits[3:10]}",
            f"({chance.randint(200, 999)}) 555-{digits[:4]}",
            _iban(digits),
            _card(digits),
            f"#{digits[:6]}",
            f"ORD-{digits[:4]}-{digits[4:8]}",
            f"{digits[:4]} {name.title()} Street",
        ]
    )


def _iban(digits: str) -> str:
    account = f"370400440{digits[:9]}"
    return f"DE{98 - int(account + '131400') % 97:02} {account}"


def _card(digits: str) -> str:
    body = f"411{digits}"
    total = sum(sum(divmod(int(digit) * (2 - index % 2), 10)) for index, digit in enumerate(body))
    return f"{body}{-total % 10}"


def test_no_private_value_ever_leaves() -> None:
    """500 generated ones, in drafts, variables and HTML, with masking on and off."""
    chance = random.Random(5)  # noqa: S311 - no secret
    street = CustomPattern(name="street", pattern=r"\d{1,5} [A-Z][a-z]{1,20} Street", private=True)
    for index in range(500):
        mask = Mask(MaskingRules(enabled=bool(index % 2), private=EVERY_KIND, patterns=(street,)))
        value = _private_value(chance)
        places = [f"Hello, it is {value}.", f"({value})", f"{value},\nthanks", f"x: {value}; y", f"请{value}。"]
        html = [f"<p>it is <b>{value}</b>.</p>", f'<img alt="{value}">', f'<a href="https://x.example/{value}">x</a>']
        sent = [mask.hide(text, html=False) for text in places] + [mask.hide(text, html=True) for text in html]
        assert not [text for text in sent if value in text or value[2:-2] in text], value
