# ruff: noqa: RUF001 - other alphabets
"""What the sender of a mail newly wrote is kept; quoted history, signatures and footers are left out, and told."""

import json
import re
from collections import Counter
from statistics import fmean
from typing import Any

import pytest

from assistant.text.mails.mails import read_mail
from tests.customers import SHARED
from tests.growth import grows_no_faster, repeated

_FRESH = "Where is my parcel?\nIt was due on Monday."

HEADERS = {
    "English": "On Tue, 3 Nov 2026 at 10:15, Mia Lund <mia@shop.example> wrote:",
    "wrapped": "On Tue, 3 Nov 2026 at 10:15, Mia Lund from the Customer Care Team\n<mia@shop.example> wrote:",
    "German": "Am Di., 3. Nov. 2026 um 10:15 Uhr schrieb Mia Lund <mia@shop.example>:",
    "French": "Le mar. 3 nov. 2026 à 10:15, Mia Lund <mia@shop.example> a écrit :",
    "Spanish": "El mar, 3 nov 2026 a las 10:15, Mia Lund (<mia@shop.example>) escribió:",
    "Italian": "Il giorno mar 3 nov 2026 alle ore 10:15 Mia Lund <mia@shop.example> ha scritto:",
    "Portuguese": "Em ter., 3 de nov. de 2026 às 10:15, Mia Lund <mia@shop.example> escreveu:",
    "Dutch": "Op di 3 nov 2026 om 10:15 schreef Mia Lund <mia@shop.example>:",
    "Swedish": "Den tis 3 nov. 2026 kl 10:15 skrev Mia Lund <mia@shop.example>:",
    "Finnish": "ti 3. marrask. 2026 klo 10.15 Mia Lund <mia@shop.example> kirjoitti:",
    "Polish": "wt., 3 lis 2026 o 10:15 Mia Lund <mia@shop.example> napisał(a):",
    "Czech": "út 3. 11. 2026 v 10:15 odesílatel Mia Lund <mia@shop.example> napsal:",
    "Hungarian": "Mia Lund <mia@shop.example> ezt írta (időpont: 2026. nov. 3., K, 10:15):",
    "Turkish": "Mia Lund <mia@shop.example>, 3 Kas 2026 Sal, 10:15 tarihinde şunu yazdı:",
    "Russian": "вт, 3 нояб. 2026 г. в 10:15, Mia Lund <mia@shop.example>:",
    "Ukrainian": "вт, 3 лист. 2026 р. о 10:15 Mia Lund <mia@shop.example> пише:",
    "Chinese": "Mia Lund <mia@shop.example> 于2026年11月3日周二 10:15写道：",
    "Japanese": "2026年11月3日(火) 10:15 Mia Lund <mia@shop.example>:",
    "Korean": "2026년 11월 3일 (화) 오전 10:15, Mia Lund <mia@shop.example>님이 작성:",
    "Vietnamese": "Vào Th 3, 3 thg 11, 2026 vào lúc 10:15 Mia Lund <mia@shop.example> đã viết:",
    "Hebrew": "\u202bבתאריך יום ג׳, 3 בנוב׳ 2026 ב-10:15 מאת \u202aMia Lund\u202c\u200f <mia@shop.example>:\u202c",
    "no address": "On 3 November 2026 at 10:15, Mia Lund wrote:",
}
BLOCKS = {
    "Outlook": "From: Mia Lund <mia@shop.example>\nSent: Tuesday, 3 November 2026 10:15\nTo: Tom\nSubject: Parcel",
    "starred": "*From:* Mia Lund\n*Sent:* Tuesday, 3 November 2026 10:15\n*To:* Tom\n*Subject:* Your parcel",
    "ruled": "________________________________\nVon: Mia Lund <mia@shop.example>\nGesendet: 03.11.2026\nBetreff: Paket",
    "Spanish": "De: Mia Lund <mia@shop.example>\nEnviado el: martes, 3 de noviembre\nPara: Tom\nAsunto: Paquete",
    "Polish": "Od: Mia Lund <mia@shop.example>\nWysłano: wtorek, 3 listopada 2026\nDo: Tom\nTemat: Paczka",
    "Czech": "Od: Mia Lund <mia@shop.example>\nOdesláno: úterý 3. listopadu 2026\nKomu: Tom\nPředmět: Zásilka",
    "Chinese": "发件人: Mia Lund <mia@shop.example>\n发送时间: 2026年11月3日\n收件人: Tom\n主题: 包裹",
    "original": "-----Original Message-----\nFrom: Mia Lund\nSent: Tuesday\nSubject: Your parcel",
    "forwarded": "---------- Forwarded message ---------\nFrom: Mia Lund <mia@shop.example>\nDate: Tue, 3 Nov 2026",
    "Apple": "Begin forwarded message:\n\nFrom: Mia Lund <mia@shop.example>\nSubject: Parcel\nDate: 3 November 2026",
    "Russian": "-------- Исходное сообщение --------\nОт: Mia Lund <mia@shop.example>\nТема: Посылка",
}
SIGNATURES = {
    "delimiter": "-- \nTom Weber\nWeber & Sons Ltd",
    "sign-off": "Kind regards,\nTom Weber",
    "one line": "Best regards, Tom",
    "thanks": "Thanks & Regards,\nTom Weber\nHead of Purchasing\n+49 170 1234567",
    "German": "Mit freundlichen Grüßen\nTom Weber",
    "French": "Cordialement,\nTom Weber",
    "Russian": "С уважением,\nИван Петров",
    "Danish": "Venlig hilsen\nSøren",
    "telephone": "Sent from my iPhone",
    "German telephone": "Von meinem iPhone gesendet",
    "French telephone": "Envoyé de mon iPhone",
    "Japanese telephone": "iPhoneから送信",
    "Outlook": "Get Outlook for Android<https://aka.ms/x>",
    "dash": "- Tom",
    "name": "Tom Weber",
    "notice": (
        "Kind regards\nTom Weber\n\nThis message is confidential and meant for the intended recipient only. "
        "If you received it in error, please tell us and delete it."
    ),
    "card": "Tom Weber\nWeber & Sons Ltd\nPhone: +49 30 1234567\nwww.weber.example",
}
KEPT = {
    "list": "I need three things:\n-- the invoice\n-- the tracking number\n-- the name of the driver",
    "rule": "Item      Date\n----------------------\nShoes     Jan 3, 2026\nShirt     Jan 4, 2026\n\nBoth are late.",
    "on": "On Monday 3 people called, and each of them wrote:\nwhere is it?",
    "route": "From: Berlin\nTo: Paris\nDate: 3 May 2026\n\nPlease book this train.",
    "form": "Date: 3 May\nTime: 10:00\nAddress: 5 Elm Street\n\nPlease confirm.",
    "thanks": "Thanks Mia, that works. Can we do Friday?",
    "thanks at the end": "Please send it again.\n\nThanks!",
    "question below": "Best regards from Berlin! We are here for a week and our order 4711 did not come. What now?",
    "comparison": "The scale shows\n> 5 kg\nbut the page says 3 kg.",
    "sent from": "Sent from my old flat, it went to the wrong address.",
    "postscript": "Please call me.\n\nPS: The bell is broken.",
    "only a name": "Tom Weber",
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_marked_history_is_left_out_with_the_line_above_it(header: str) -> None:
    """Whatever the language of the mail program."""
    mail = read_mail(f"{_FRESH}\n\n{header}\n\n> Hello Tom,\n>\n> it is on its way.\n")

    assert mail.fresh == _FRESH
    assert [cut.reason for cut in mail.cuts] == ["quoted"]
    assert "it is on its way" in mail.cuts[0].text


@pytest.mark.parametrize(
    "header", [*HEADERS.values(), *BLOCKS.values()], ids=[*HEADERS, *(f"block {b}" for b in BLOCKS)]
)
def test_unmarked_history_is_left_out(header: str) -> None:
    """Many programs mark no line of it."""
    mail = read_mail(f"{_FRESH}\n\n{header}\n\nHello Tom,\nit is on its way.\n\nMia")

    assert mail.fresh == _FRESH


@pytest.mark.parametrize("header", ["English", "German", "Japanese"])
def test_answers_between_and_below_quotations_are_kept(header: str) -> None:
    """Some write under each question."""
    mail = read_mail(f"{HEADERS[header]}\n> Which size?\nForty-two.\n> Which colour?\n\nBlue, please.\n")

    assert mail.fresh == "Forty-two.\n\nBlue, please."


@pytest.mark.parametrize("signature", SIGNATURES.values(), ids=SIGNATURES)
@pytest.mark.parametrize("history", ["", f"\n\n{HEADERS['English']}\n> Hello Tom"], ids=["alone", "reply"])
def test_signature_is_left_out(signature: str, history: str) -> None:
    """With or without history below."""
    mail = read_mail(f"{_FRESH}\n\n{signature}{history}")

    assert mail.fresh == _FRESH
    assert mail.cuts[0].reason == "signature"


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_what_only_looks_like_history_or_a_signature_is_kept(text: str) -> None:
    """Nothing that a customer has to say may be lost."""
    assert read_mail(text).fresh.replace("\n5 kg", "\n> 5 kg") == text


def test_a_warning_of_the_mail_server_is_left_out() -> None:
    """It stands above the mail."""
    mail = read_mail(
        "CAUTION: This email originated from outside of the company. Do not click links.\n\nHi,\n\nwhere is it?"
    )

    assert mail.fresh == "Hi,\n\nwhere is it?"


def test_name_is_known_from_the_conversation() -> None:
    """A lone first name ends a mail if someone is called so."""
    assert read_mail("where is it\n\nTom", names=["Tom Weber"]).fresh == "where is it"
    assert read_mail("where is it\n\nTom").fresh == "where is it\n\nTom"


def test_bare_forward_has_nothing_new() -> None:
    """All of it is history."""
    mail = read_mail(f"{BLOCKS['forwarded']}\n\nYour parcel is late.")

    assert not mail.fresh
    assert "Your parcel is late." in mail.cuts[0].text


HTML = {
    "Gmail": (
        '<div dir="ltr">Where is my parcel?</div><br><div class="gmail_quote"><div class="gmail_attr">On Tue, 3 Nov '
        '2026 at 10:15, Mia &lt;<a href="mailto:mia@shop.example">mia@shop.example</a>&gt; wrote:<br></div>'
        '<blockquote class="gmail_quote">Hello Tom</blockquote></div>'
    ),
    "Outlook": (
        "<p class=MsoNormal>Where is my parcel?<o:p></o:p></p><div style='border-top:solid #E1E1E1'><p><b>From:</b> "
        "Mia &lt;mia@shop.example&gt;<br><b>Sent:</b> Tuesday<br><b>To:</b> Tom<br><b>Subject:</b> Parcel</p></div>"
        "<p>Hello Tom</p>"
    ),
    "Outlook on the web": (
        '<div>Where is my parcel?</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>Von:</b> Mia</div>'
        "<div>Hello Tom</div>"
    ),
    "Thunderbird": (
        'Where is my parcel?<br><div class="moz-cite-prefix">Am 03.11.26 um 10:15 schrieb Mia:<br></div>'
        '<blockquote type="cite">Hello Tom</blockquote><div class="moz-signature">-- <br>Tom Weber</div>'
    ),
    "Yahoo": '<div>Where is my parcel?</div><div class="yahoo_quoted"><div>On Tuesday, Mia wrote:</div>Hello Tom</div>',
    "Apple": (
        'Where is my parcel?<div><br></div><div>Sent from my iPad</div><div><br><blockquote type="cite">On 3 Nov 2026, '
        "at 10:15, Mia <mia@shop.example> wrote:<br>Hello Tom</blockquote></div>"
    ),
    "signature": '<p>Where is my parcel?</p><div class="gmail_signature"><b>Tom Weber</b><br>Weber &amp; Sons</div>',
    "hidden": "<html><head><style>p {color: red}</style></head><p>Where is my parcel?</p><!-- x --></html>",
}


@pytest.mark.parametrize("page", HTML.values(), ids=HTML)
def test_html_is_read_by_its_marks(page: str) -> None:
    """Each program has its own."""
    assert read_mail(page, html=True).fresh == "Where is my parcel?"


INDENTS = {
    "an indent": "<blockquote style='margin:0 0 0 40px;border:none;padding:0px'>The disk is full</blockquote>",
    "no style": "<blockquote><p>The disk is full</p></blockquote>",
    "below a colon": "<p>It says:</p><blockquote>The disk is full</blockquote>",
    "an indent in an indent": "<blockquote><blockquote>The disk is full</blockquote></blockquote>",
}


@pytest.mark.parametrize("page", INDENTS.values(), ids=INDENTS)
def test_what_its_writer_indented_is_theirs(page: str) -> None:
    """Editors indent by block quotations, too; without anything else it is the mail."""
    assert "The disk is full" in read_mail(f"<p>Hello,</p>{page}<p>What now?</p>", html=True).fresh
    assert "The disk is full" in read_mail(page, html=True).fresh


CITED = {
    "of a program": "<blockquote class='gmail_quote'>The disk is full</blockquote>",
    "by its type": "<blockquote type=cite>The disk is full</blockquote>",
    "with a source": "<blockquote cite='mid:4711@shop.example'>The disk is full</blockquote>",
    "with a bar": "<blockquote style='border-left: 2px solid #ccc'>The disk is full</blockquote>",
    "in a program's": "<div class=gmail_quote><blockquote>The disk is full</blockquote></div>",
    "indented in a quotation": "<blockquote type=cite><blockquote>The disk is full</blockquote></blockquote>",
    "below whose it is": "<p>Mia &lt;mia@shop.example&gt; wrote:</p><blockquote>The disk is full</blockquote>",
    "below when it was": "<p>On 3 Nov 2026<br>at 10:15, Mia wrote:</p><blockquote>The disk is full</blockquote>",
}


@pytest.mark.parametrize("page", CITED.values(), ids=CITED)
def test_quotation_is_known_by_its_program_or_the_line_above(page: str) -> None:
    """Whatever stands around it."""
    assert read_mail(f"<p>Hello,</p>{page}<p>What now?</p>", html=True).fresh == "Hello,\n\nWhat now?"


ABOVE = [
    "##- Please type your reply above this line -##",
    "=-=-= Reply above this line =-=-=",
    "[Please write above this line when you reply]",
    "Please reply above this line",
    "--- Bitte antworten Sie über dieser Zeile ---",
    "* Veuillez répondre au-dessus de cette ligne *",
    "== Ответьте выше этой строки ==",
]


@pytest.mark.parametrize("line", ABOVE)
def test_what_a_helpdesk_asks_to_write_above_is_history(line: str) -> None:
    """With all that stands below, unless each line is marked."""
    assert read_mail(f"It is still broken.\n\n{line}\n\nYour ticket was updated.").fresh == "It is still broken."
    assert read_mail(f"> {line}\n> Your ticket was updated.\n\nIt is still broken.").fresh == "It is still broken."


PROSE = [
    "Where do I sign? Above this line?",
    "I can't read what stands above this line:\n4711",
    "- The total above this line\n- is wrong",
    "Ich habe die Nummer über dieser Zeile eingetragen, aber das Gerät nimmt sie nicht an.",
]


@pytest.mark.parametrize("text", PROSE)
def test_lines_that_customers_write_of_are_kept(text: str) -> None:
    """They tell of lines, too."""
    assert read_mail(f"Hello\n{text}\nWhat now?").fresh == f"Hello\n{text}\nWhat now?"


def test_links_and_lists_of_html_are_kept_as_text() -> None:
    """With the address of each link after its words."""
    page = '<p>I ordered <a href="https://shop.example/4711">this</a>:</p><ul><li>Shoes</li><li>Shirt</li></ul>'

    assert read_mail(page, html=True).fresh == "I ordered this (https://shop.example/4711):\n\n- Shoes\n- Shirt"


HOSTILE = {
    "rules": "-----\n",
    "sign-offs": "Regards,\nand a long sentence that goes on and on, which no one would sign with, would they.\n",
    "names": "-Tom Weber\n",
    "marks": "> a\nb\n",
    "headers": "On 3 May 2026 at 10:00, Mia <mia@shop.example> wrote:\n",
    "blocks": "From: mia@shop.example\n",
    "dots": f"{'.' * 70}a\n",
    "one line of dots": ".",
    "delimiters": "--\nshop\n",
    "footers": "Sent from my iPhone\n",
    "notices": "confidential, intended recipient\n\n",
    "empty": "\n",
    "colons": "a:\n",
    "addresses": "<a@b ",
    "open": "<div>",
    "crossed": "<td>x</div></p>",
    "quotations": "<blockquote>x</div>",
    "indents": "a<blockquote>b</blockquote>",
}


@pytest.mark.parametrize("html", [False, True], ids=["text", "html"])
@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_work_grows_with_the_mail(piece: str, html: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Whatever stands in it."""
    grows_no_faster(lambda size: read_mail(repeated(piece, size), html=html), 8_000)


@pytest.mark.skipif(not (SHARED / "mails.jsonl").exists(), reason="../shared is absent")
def test_real_mails() -> None:
    """Of mails whose parts people told apart, the shares are printed, and better than the best libraries'."""
    mails = [json.loads(line) for line in (SHARED / "mails.jsonl").read_text(encoding="utf-8").splitlines()]
    shares = [_shares(mail) for mail in mails]
    fresh, quoted, signature = (_mean([share[place] for share in shares]) for place in range(3))
    unquoted = _mean([share[0] for share, mail in zip(shares, mails, strict=True) if not mail["quoted"]])
    print(f"fresh kept {fresh:.1%}, quoted left {quoted:.1%}, signatures left {signature:.1%}, unquoted {unquoted:.1%}")  # noqa: T201

    assert fresh >= 0.99
    assert quoted <= 0.04
    assert signature <= 0.15
    assert unquoted >= 0.98


def _shares(mail: dict[str, Any]) -> tuple[float | None, float | None, float | None]:
    """Return the shares of a mail's characters that are left: of what is new, of its history, of its signature."""
    html = mail["format"] == "html"
    body = re.sub(r"<[^<>]*>", " ", mail["body"]) if html else re.sub(r"(?m)^[> |]+", "", mail["body"])
    new, signed = _words(mail["fresh"]), _words(mail["signature"])
    left = _words(read_mail(mail["body"], html=html).fresh)
    history = _words(body) - new - signed if mail["quoted"] else Counter[str]()
    return _share(new & left, new), _share(left - new - signed, history), _share((left - new) & signed, signed)


def _words(text: str) -> Counter[str]:
    return Counter(text.split())


def _share(part: Counter[str], whole: Counter[str]) -> float | None:
    return min(1.0, _length(part) / _length(whole)) if whole else None


def _length(words: Counter[str]) -> int:
    return sum(len(word) * number for word, number in words.items())


def _mean(shares: list[float | None]) -> float:
    return fmean(share for share in shares if share is not None)
