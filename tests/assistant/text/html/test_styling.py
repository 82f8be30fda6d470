"""How something looks is no fact: the model sees it, and no one misses it."""

import re

import pytest

from assistant.text.answers.finishing import finish_text
from assistant.text.guards.base import GuardOptions
from assistant.text.guards.registry import GUARDS, check
from assistant.text.masking.masking import Mask, MaskingRules

OUTLOOK = (
    '<p class="MsoNormal">we check it</p><p class="MsoNormal"><span lang="EN-US" style="font-size:10.0pt;font-family:'
    '&quot;Calibri&quot;,sans-serif;color:#1F497D;mso-fareast-language:EN-US;mso-style-id:123456">'
    "Tom Berg<o:p></o:p></span></p>"
    '<table width="600" cellpadding="0" cellspacing="0" bgcolor="#0a7b8c" style="width:450.0pt;background:#F2F2F2">'
    '<tbody><tr style="height:15.75pt"><td width="200" style="border-top:solid #4472C4 1.0pt"><font color="#1F497D" '
    'face="Calibri" size="2">Shop GmbH</font></td></tr></tbody></table>'
)
WORD = (
    "<style>@page WordSection1 {size:612.0pt 792.0pt; margin:70.85pt} p.MsoNormal {color:#123456; mso-style-id:987654}"
    "</style><!--[if gte mso 9]><xml><o:PixelsPerInch>960000</o:PixelsPerInch></xml><![endif]-->"
    '<link rel="File-List" href="cid:filelist.xml@01DA0000.12345678"><p>we check it</p><p>Tom Berg</p>'
)
APPLE = (
    '<div style="caret-color: rgb(0, 0, 0); color: rgb(12, 34, 56)" class="x-apple-998877665544">we check it</div>'
    '<div id="AppleMailSignature-1234567890" data-signature-id="445566"><span style="color:#007aff80">'
    "Tom Berg</span></div>"
)
GMAIL = (
    '<div dir="ltr">we check it</div><div class="gmail_signature" data-smartmail="gmail_signature" '
    'id="m_-1234567890123">'
    '<b style="color:#0b5394;font-size:12.8px">Tom Berg</b> <font color="#999999">Shop</font></div>'
)
EDITOR = (
    '<p style="color: #abcdef; width: 123456px" data-id="4711001" data-token="ORD-2024-0001" '
    'title="Call +49 30 1234567">we check it</p><p data-color="#112233" bgcolor=#aabbcc>Tom '
    '<mark data-color="#ffc078">Berg</mark></p>'
)
SIGNATURES = {"Outlook": OUTLOOK, "Word": WORD, "Apple Mail": APPLE, "Gmail": GMAIL, "an editor": EDITOR}


@pytest.mark.parametrize("draft", SIGNATURES.values(), ids=list(SIGNATURES))
def test_the_model_sees_styling_as_it_is(draft: str) -> None:
    """No colour, size or id becomes a token."""
    tags = re.findall(r"<[a-z][^>]*>", Mask(MaskingRules()).hide(draft, html=True))
    assert [tag for tag in tags if "ZQX" in tag and "href=" not in tag] == []


@pytest.mark.parametrize("draft", SIGNATURES.values(), ids=list(SIGNATURES))
def test_nobody_misses_styling(draft: str) -> None:
    """An answer without any of it is a good one, and so is one with other styling."""
    for answer in (
        "<p>We are checking it.</p><p>Tom Berg<br>Shop GmbH</p>",
        '<p style="color:#ff0000;width:77px">We are checking it.</p><p>Tom Berg<br>Shop GmbH</p>',
    ):
        mask = Mask(MaskingRules())
        mask.hide(draft, html=True)
        finished = finish_text(answer, mask=mask, draft=draft, html=True)
        assert finished.missing == ()
        found = check(["links", "numbers"], draft, finished.text, html=True, options=GuardOptions())
        assert [breach.message for breach in found] == []


@pytest.mark.parametrize("draft", SIGNATURES.values(), ids=list(SIGNATURES))
def test_a_faithful_answer_keeps_what_may_stay(draft: str) -> None:
    """What the model returns as it got it raises no alarm of any guard."""
    mask = Mask(MaskingRules())
    finished = finish_text(mask.hide(draft, html=True), mask=mask, draft=draft, html=True)
    assert finished.missing == ()
    assert check(list(GUARDS), draft, finished.text, html=True, options=GuardOptions()) == ()


@pytest.mark.parametrize(
    "draft",
    [
        '<p>See <a href="javascript:void(0)">here</a></p>',
        '<p>See <a href="x-apple-data-detectors://2">here</a></p>',
        '<p>A picture <img src="data:image/png;base64,iVBORw0KGgo1234567890"></p>',
        '<p>A picture <img src="file:///C:/Users/tom/logo123456.png"></p>',
        '<head><title>Order 123456</title><link href="https://example.com/a.css"></head><p>See it</p>',
        "<select><option>ticket 48213</option></select><p>See it</p>",
    ],
)
def test_nobody_misses_what_no_answer_may_hold(draft: str) -> None:
    """Addresses and elements that are cleaned away from every answer can't be asked for."""
    mask = Mask(MaskingRules())
    finished = finish_text(mask.hide(draft, html=True), mask=mask, draft=draft, html=True)
    assert finished.missing == ()
    found = check(["links", "numbers"], draft, finished.text, html=True, options=GuardOptions())
    assert [breach.message for breach in found] == []


@pytest.mark.parametrize(
    ("draft", "hidden"),
    [
        ("<p>Your ticket #123456 is solved</p>", "<p>Your ticket ZQX1REF is solved</p>"),
        ('<p style="color:#123456">ticket #123456</p>', '<p style="color:#123456">ticket ZQX1REF</p>'),
        ("<p>Use the colour #1f497d</p>", "<p>Use the colour ZQX1REF</p>"),
        ('<a title="#48213" href="https://example.com/48213">x</a>', '<a title="#48213" href="ZQX1LINK">x</a>'),
        ('<p title="Write to ana@example.com">x</p>', '<p title="Write to ZQX1MAIL">x</p>'),
    ],
)
def test_a_fact_in_the_text_stays_one(draft: str, hidden: str) -> None:
    """An order number looks like a colour, and what gives a person away is hidden wherever it stands."""
    mask = Mask(MaskingRules())
    assert mask.hide(draft, html=True) == hidden
    lost = finish_text("<p>x</p>", mask=mask, draft=draft, html=True).missing
    assert len(lost) == (0 if "title" in draft and "href" not in draft else 1)


def test_what_is_private_leaves_in_no_tag() -> None:
    """With the kind private, numbers in attributes and comments are hidden too; colours are not."""
    draft = '<p data-order="ORD-2024-0001" title="#48213" style="color:#1f497d">x<!-- invoice 55667788 --></p>'
    hidden = Mask(MaskingRules(private=frozenset({"order"}))).hide(draft, html=True)
    assert not re.search(r"ORD-2024|48213|55667788", hidden)
    assert 'style="color:#1f497d"' in hidden


@pytest.mark.parametrize(
    "draft",
    [
        "<p>from <ana@example.com></p>",
        "<p>x</p ana@example.com>",
        "<p ana@example.com>x</p>",
        "<p ana@example.com='1' style='color:red'>x</p>",
        "<p style='color:red' mail=ana@example.com>x</p>",
        "<p>x<!-- ana@example.com --></p>",
        "<p>x</p><style>/* ana@example.com */</style>",
        "<p>x <b title='ana@example.com",
        "<?xml ana@example.com ?><p>x</p>",
        "<p class='https://example.com/ana'>x <a href=mailto:ana@example.com>y</a></p>",
    ],
)
@pytest.mark.parametrize("private", [frozenset(), frozenset({"email"})], ids=["shown", "private"])
def test_an_address_leaves_from_nowhere_in_a_tag(draft: str, private: frozenset[str]) -> None:
    """Whatever is wrong with the markup."""
    assert "ana@example.com" not in Mask(MaskingRules(private=private)).hide(draft, html=True)
