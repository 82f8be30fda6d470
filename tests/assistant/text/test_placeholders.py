# ruff: noqa: RUF001 - brackets of other scripts
"""What is filled in after the rewrite is hidden from the model, and missed where it does not come back."""

import pytest

from assistant.text.answers.finishing import finish_text
from assistant.text.masking.masking import Mask, MaskingRules
from tests.growth import grows_no_faster, repeated

pytestmark = pytest.mark.usefixtures("no_collection")

PLACEHOLDERS = [
    "{{contact.first_name}}",
    "{{ .Contact.FirstName }}",
    '{{contact.name | default: "there"}}',
    '{{first_name | fallback: "there"}}',
    '{{ personalization_token("contact.firstname", "there") }}',
    "{{{Recipient.Name}}}",
    "{{#if vip}}",
    "#{ticket.customer.firstname}",
    "${name}",
    "${Cases.Contact Name}",
    "%{ticket.name}",
    "{%customer.firstName,fallback=there%}",
    "{%- if agent -%}",
    "{name}",
    "{ name }",
    "{First Name}",
    "{имя}",
    "{!Contact.Name}",
    "{$Ticket->Subject}",
    "{contactfield=firstname|there}",
    "%FIRSTNAME%",
    "%customer.name%",
    "%First Name%",
    "%%first_name%%",
    "%(name)s",
    "$(first_name)",
    "@@name@@",
    "##customer_name##",
    "__FIRST_NAME__",
    "*|FNAME|*",
    "[[name]]",
    '[[FIRSTNAME OR "there"]]',
    "<%= user.name %>",
    "<<First Name>>",
    "<OTRS_CUSTOMER_REALNAME>",
    "[First Name]",
    "[Your Name]",
    "[Customer's Name]",
    "[insert date here]",
    "[insert link]",
    "[ticket_reference]",
    "[firstname,fallback=there]",
    "[Vorname]",
    "[Bestellnummer hier einfügen]",
    "[Prénom]",
    "[Nom du client]",
    "[Nombre]",
    "[Imię i nazwisko]",
    "[Номер заказа]",
    "[お名前]",
    "【お客様名】",
    "[客户姓名]",
    "[고객 이름]",
    "[phone number]",
    "[email address]",
    "[your e-mail]",
    "[URL]",
    "[product]",
    "[time]",
    "[day]",
    "[numero ordine]",
    "[n° de commande]",
    "[order #]",
    "[ticket:id]",
    "{first name}",
    "{Order number}",
    "{contact:name}",
    "{name:there}",
    "{0}",
    "{12}",
    "$NAME$",
    "$FIRST_NAME$",
    "#NAME#",
    "#first_name#",
    "〇〇",
    "○○○",
]
NONE = [
    '{"a": 1, "b": {}}',
    "50% of 100% and 20%",
    "from 100% to 20%, not 5 %",
    "100%ig sicher und 50%ig",
    "%E2%80%99 or %20%3A",
    "[1] and [x] and [ ]",
    "[sic], [see below], [EXTERNAL], [redacted], […]",
    "[text](https://example.com) and [Name](/profile)",
    "[link], [image: logo], [Re: order]",
    "[Agent]: Hi\n[Name]: Hello",
    "Click [Enter code], then [Add item]",
    "{color: red} and p{margin:0}",
    "function f() { return x; }",
    "{} and x{1} and {a, b}",
    "\\textbf{bold} and f(x){y}",
    "arr[name] and [a][name]",
    "**bold** and __init__ and __bold__",
    "$5, $(5) and #123",
    "## Heading ##",
    "a @@ b, *|*, me@example",
    "1 < 2 and 3 > 2, <b>, <your-name>",
    "%s of %d",
    "【重要】お知らせ",
    "【注文番号】12345\n【日付】5月3日",
    "【订单号】12345 【日期】5月3日 【金额】199元",
    "您好！【订单号】12345",
    "【お名前】山田太郎様",
    "【商品名】はちみつ",
    "【会社名】株式会社サンプル",
    "【注文番号】\n12345",
    "【订单号】：12345",
    "the [Name] field, the [Name] and [Date] fields",
    "das Feld [Name] und [Datum]",
    "Click [Company] > [Date]",
    "[Datum]: 3. Mai",
    "[no subject], [no details]",
    "{color:red} {name: 1} {x y}",
    "$A$1, US$ and $5$",
    "#support# #help #1#",
    "二〇〇五年",
    "●●重要●●",
    "C# and F#",
    "[2026-05-03 10:45]",
]
OPEN = [
    *(
        "{{a",
        "{%a",
        "[[a",
        "[name ",
        "%a",
        "%%",
        "{a|",
        "<%a",
        "&lt;%a",
        "*|a",
        "${a",
        "{a.",
        "a_",
        "__A_",
        "##a",
        "【名",
    ),
    *("【名前】", "[name] ", "{0", "$A", "#A", "{name:", "〇", "the [name] and "),
    *("<a b='", "<a>", "<!--", "<style>", '<p style="a:#111">', "<p title=1 ", "</p>", "{{a}}", "[name]", "%a% "),
]


def _hidden(text: str, *, html: bool = False) -> list[str]:
    mask = Mask(MaskingRules())
    mask.hide(text, html=html)
    return [thing.value for thing in mask.tokens.values() if thing.kind == "placeholder"]


@pytest.mark.parametrize("placeholder", PLACEHOLDERS)
def test_a_placeholder_is_hidden_and_comes_back(placeholder: str) -> None:
    """The model never sees it, the answer has it as it was, and one that the model drops is missed."""
    draft = f"Hi {placeholder}, your parcel is on its way."
    mask = Mask(MaskingRules())
    hidden = mask.hide(draft, html=False)
    assert hidden == "Hi ZQX1FIELD, your parcel is on its way."
    answer = "Hello ZQX1FIELD,\n\nyour parcel is on its way!"
    finished = finish_text(answer, mask=mask, draft=draft, html=False)
    assert (finished.text, finished.missing) == (answer.replace("ZQX1FIELD", placeholder), ())
    dropped = finish_text("Hi there, your parcel is on its way.", mask=mask, draft=draft, html=False)
    assert dropped.missing == (placeholder,)


@pytest.mark.parametrize("placeholder", PLACEHOLDERS)
def test_a_placeholder_survives_in_html(placeholder: str) -> None:
    """There angle brackets and quotation marks are entities."""
    written = placeholder.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    draft = f'<p>Hi <b>{written}</b>,<br>see <span data-type="mention" data-id="7">{written}</span></p>'
    assert _hidden(draft, html=True) == [placeholder]
    mask = Mask(MaskingRules())
    finished = finish_text(mask.hide(draft, html=True), mask=mask, draft=draft, html=True)
    assert (written in finished.text or placeholder in finished.text, finished.missing) == (True, ())
    assert finish_text("<p>Hi</p>", mask=mask, draft=draft, html=True).missing == (placeholder,)


@pytest.mark.parametrize(
    ("draft", "value"),
    [
        ('<a href="{{ticket.url}}">Your ticket</a>', "{{ticket.url}}"),
        (
            '<a href="https://example.com/{{ ticket.id }}?x=%EMAIL%">x</a>',
            "https://example.com/{{ ticket.id }}?x=%EMAIL%",
        ),
        ("<p>https://example.com/{{ ticket.id }}/rate</p>", "https://example.com/{{ ticket.id }}/rate"),
        ('<img src="{{ logo }}">', "{{ logo }}"),
    ],
)
def test_a_placeholder_in_an_address_is_one_with_it(draft: str, value: str) -> None:
    """The whole address is one thing, spaces in it or not."""
    mask = Mask(MaskingRules())
    mask.hide(draft, html=True)
    assert [(thing.kind, thing.value) for thing in mask.tokens.values()] == [("link", value)]


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_placeholder_stays_in_clear(text: str) -> None:
    """Percentages, code, references and remarks are the model's to see and to change."""
    assert _hidden(text) == []


@pytest.mark.parametrize(
    ("text", "placeholder"),
    [
        ("【お客様名】様、ありがとうございます。", "【お客様名】"),
        ("【お客様名】\n\nお世話になっております。", "【お客様名】"),
        ("ご注文番号は【注文番号】です。", "【注文番号】"),
        ("【注文番号】の商品を発送しました。", "【注文番号】"),
        ("您好 【客户姓名】，", "【客户姓名】"),
        ("【客户姓名】您好，", "【客户姓名】"),
        ("您的订单【订单号】已发货。", "【订单号】"),
        ("【고객명】님, 안녕하세요", "【고객명】"),
        ("〇〇様、ありがとうございます。", "〇〇"),
        ("●●様", "●●"),
    ],
)
@pytest.mark.parametrize("html", [False, True])
def test_wide_brackets_are_filled_in_where_somebody_is_addressed(text: str, placeholder: str, *, html: bool) -> None:
    """At the end of a clause, before a title and in the middle of a sentence they are no heading."""
    draft = "".join(f"<p>{line}</p>" for line in text.splitlines() if line) if html else text
    assert _hidden(draft, html=html) == [placeholder]


def test_wide_brackets_head_a_line_of_html() -> None:
    """There too, what follows is their value."""
    assert _hidden("<p>【注文番号】12345<br>【日付】5月3日</p><p><b>【金額】</b>199元</p>", html=True) == []


@pytest.mark.parametrize("html", [False, True])
@pytest.mark.parametrize("piece", OPEN)
def test_the_work_grows_with_the_text(piece: str, html: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Twice as much of anything takes about twice as long."""
    grows_no_faster(lambda size: Mask(MaskingRules()).hide(repeated(piece, size), html=html, expected=False), 25_000)
