"""What becomes of tokens that a model altered, lost or made up."""
# ruff: noqa: RUF001 - other scripts are what it is about

import pytest

from assistant.text.answers.finishing import finish_text
from assistant.text.masking.masking import Mask, MaskingRules

DRAFT = "See https://example.com/a for order 48213."


def reveal(answer: str, draft: str = DRAFT) -> str:
    """Return what an agent gets of an answer to a draft with a link and an order."""
    mask = Mask(MaskingRules())
    mask.hide(draft, html=False)
    return finish_text(answer, mask=mask, draft=draft, html=False).text


@pytest.mark.parametrize(
    "token",
    [
        "ZQX1LINK",
        "zqx1link",
        "Zqx1Link",
        "ZQX 1 LINK",
        "ZQX-1-LINK",
        "ZQX_1_LINK",
        R"ZQX\_1\_LINK",
        "ZQX1 LINK",
        "ZQX1",
        "zqx 1",
        "[ZQX1LINK]",
        "<ZQX1LINK>",
        "{ZQX1LINK}",
        "{{ZQX1LINK}}",
        "`ZQX1LINK`",
        "**ZQX1LINK**",
        "ZQX1ENLACE",
        "ZQX1LIN",
        "ZQX1PHONE",
        "ZQX١LINK",
    ],
)
def test_an_altered_token_is_known(token: str) -> None:
    """Whatever the model did to it, the link stands there alone."""
    assert reveal(f"Open {token}, please.") == "Open https://example.com/a, please."


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("the ZQX1 link", "the https://example.com/a link"),
        ("two ZQX1LINKs", "two https://example.com/as"),
        ("(ZQX1LINK)", "(https://example.com/a)"),
        ("[here](ZQX1LINK)", "[here](https://example.com/a)"),
        ("ZQX1LINKZQX2REF", "https://example.com/a48213"),
        ("请看ZQX1LINK。", "请看https://example.com/a。"),
        ("ZQX1LINK5", "https://example.com/a5"),
    ],
)
def test_what_stands_around_a_token_stays(answer: str, text: str) -> None:
    """Only what belongs to the token is replaced."""
    assert reveal(answer) == text


@pytest.mark.parametrize("mark", ["[{}]", "<{}>", "**{}**", "`{}`"])
def test_the_drafts_own_brackets_stay(mark: str) -> None:
    """Brackets and Markdown are left out only where the draft has none."""
    draft = f"Open {mark.format('https://example.com/a')}."
    assert reveal(f"Please open {mark.format('ZQX1LINK')}.", draft) == f"Please {draft[0].lower()}{draft[1:]}"


@pytest.mark.parametrize("token", ["ZQX9LINK", "ZQX", "ZQXLINK", "[ZQX77]", "zqx 0 sum", "ZQX" + "1" * 40, "ZQX9ABC"])
def test_an_invented_token_is_left_out(token: str) -> None:
    """No token reaches the agent, whole or in part."""
    mask = Mask(MaskingRules())
    hidden = mask.hide(DRAFT, html=False)
    finished = finish_text(f"{hidden} Also {token}!", mask=mask, draft=DRAFT, html=False)
    assert finished.text == f"{DRAFT} Also!"
    assert not finished.missing


def test_an_answer_cut_off_in_a_token_shows_no_part_of_it() -> None:
    """A model that reached its limit may end anywhere."""
    hidden = Mask(MaskingRules()).hide(DRAFT, html=False)
    for end in range(hidden.index("ZQX1") + 1, hidden.index("ZQX1") + len("ZQX1LINK")):
        assert reveal(hidden[:end]) in {"See", "See https://example.com/a"}


def test_losses_are_told_by_value() -> None:
    """What is missing, as a reader knows it; what is there less often, or more often, is not."""
    draft = "a@example.com b@example.com b@example.com c@example.com"
    mask = Mask(MaskingRules())
    mask.hide(draft, html=False)
    finished = finish_text("ZQX2MAIL ZQX3MAIL ZQX3MAIL", mask=mask, draft=draft, html=False)
    assert finished.missing == ("a@example.com",)


def test_what_the_draft_lacks_need_not_come() -> None:
    """A thing of a variable or of the conversation may be used or not."""
    mask = Mask(MaskingRules())
    mask.hide("mail a@example.com", html=False, expected=False)
    assert finish_text("Hello", mask=mask, draft="Hello", html=False).missing == ()
    used = finish_text("Hello ZQX1MAIL ZQX1MAIL", mask=mask, draft="Hello", html=False)
    assert used.text == "Hello a@example.com a@example.com"


def test_a_thing_that_goes_with_its_tag_is_missing() -> None:
    """In HTML, what must not pass takes its link along; that is told as well."""
    draft = '<p>See <a href="https://example.com/a">this</a></p>'
    mask = Mask(MaskingRules())
    mask.hide(draft, html=True)
    finished = finish_text('<p>See <iframe src="ZQX1LINK">this</iframe></p>', mask=mask, draft=draft, html=True)
    assert finished.text == "<p>See </p>"
    assert finished.missing == ("https://example.com/a",)


def test_brackets_in_an_address_are_left_out() -> None:
    """They would break the link."""
    draft = '<p>See <a href="https://example.com/a b">this</a></p>'
    mask = Mask(MaskingRules())
    mask.hide(draft, html=True)
    for written in ('"[ZQX1LINK]"', "ZQX1LINK", "'zqx1link'"):
        finished = finish_text(f"<p>See <a href={written}>this</a></p>", mask=mask, draft=draft, html=True)
        assert finished.text == draft


@pytest.mark.parametrize(
    ("draft", "kept", "missing"),
    [
        ("Ticket #99812, ticket 99812", "ticket 99812", ()),
        ("Order #ord-1234, ORD-1234", "order #ord-1234", ()),
        ("Die 19,99 € (19,99€) sind da.", "19,99 €", ()),
        ("20 EUR, i.e. 20 €", "20 €", ()),
        ("$20, we send the $20.00", "$20.00", ()),
        ("1.250,00 € oder €1,250.00", "€1,250.00", ()),
        ("500円 (¥500)", "500円", ()),
        ("+49 30 1234567 or +49301234567", "+49301234567", ()),
        ("0049 30 1234567 or +49 (0)30 1234567", "+49 (0)30 1234567", ()),
        ("TOM@example.com / tom@example.com", "tom@example.com", ()),
        ("Ticket #99812, ticket 99813", "ticket 99813", ("#99812",)),
        ("19,99 € and 19,90 €", "19,99 €", ("19,90 €",)),
        ("150 € and 1,50 €", "150 €", ("1,50 €",)),
        ("20 € or 20 $", "20 €", ("20 $",)),
        ("+49 30 1234567 or +49 30 1234568", "+49 30 1234568", ("+49 30 1234567",)),
        ("https://example.com/A or https://example.com/a", "https://example.com/a", ("https://example.com/A",)),
        ("Hi {{name}} {{Name}}", "{{name}}", ("{{Name}}",)),
    ],
)
def test_one_form_of_a_thing_is_enough(draft: str, kept: str, missing: tuple[str, ...]) -> None:
    """A rewrite may join what the draft has twice; what only looks alike is another thing."""
    mask = Mask(MaskingRules())
    mask.hide(draft, html=False)
    hidden = mask.hide(kept, html=False, expected=False)
    assert finish_text(f"It is {hidden} then.", mask=mask, draft=draft, html=False).missing == missing


@pytest.mark.parametrize(
    ("address", "shown", "there"),
    [
        ("tel:+49301234567", "+49 30 1234567", True),
        ("tel:+49301234567", "030 / 123 45 67", True),
        ("tel:+49-30-1234567", "+49 (0)30 1234567", True),
        ("TEL:+15551234567", "(555) 123-4567", True),
        ("sms:+447700900123?body=hi", "+44 7700 900123", True),
        ("mailto:help@example.com", "help@example.com", True),
        ("mailto:Help@example.com?subject=Order", "help@example.com", True),
        ("tel:+49301234567", "+49 30 1234568", False),
        ("tel:+49301234567", "4567", False),
        ("mailto:help@example.com", "ask-help@example.com", False),
        ("mailto:help@example.com", "help@example.community", False),
        ("https://example.com/301234567", "030 1234567", False),
    ],
)
def test_a_number_that_is_shown_needs_no_link(address: str, shown: str, *, there: bool) -> None:
    """Whoever reads it can dial it, or write to it; of any other link the address must be there."""
    draft = f'<p>Here is <a href="{address}">{shown}</a></p>'
    mask = Mask(MaskingRules())
    hidden = mask.hide(draft, html=True)
    assert hidden.count("ZQX1LINK") == 1
    answer = mask.hide(f"<p>Here it is: {shown}</p>", html=True, expected=False)
    assert finish_text(answer, mask=mask, draft=draft, html=True).missing == (() if there else (address,))
