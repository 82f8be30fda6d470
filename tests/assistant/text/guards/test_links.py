# ruff: noqa: RUF001 - texts in other alphabets
"""Links and e-mail addresses stay."""

import pytest

from assistant.text.guards.facts import Facts
from tests.assistant.text.guards.checking import Pair, ask, assert_found, faithful, unfaithful

FAITHFUL = {
    "reworded around": faithful(
        "pls reset it here https://app.example.com/reset?u=7&x=a_b ok",
        "Please reset your password at https://app.example.com/reset?u=7&x=a_b.",
    ),
    "in brackets": faithful(
        "Siehe Anleitung (https://example.com/hilfe_(neu)).",
        "In der Anleitung steht mehr: https://example.com/hilfe_(neu)!",
    ),
    "named once instead of twice": faithful(
        "Use https://example.com/a. Again: https://example.com/a",
        "Please use https://example.com/a.",
    ),
    "an address": faithful(
        "Escríbanos a ayuda@tienda.example.com, por favor.",
        "Puede escribirnos a ayuda@tienda.example.com.",
    ),
    "a bare host with a scheme added": faithful(
        "Log in on shop.example.com first", "Please log in at https://shop.example.com/ first."
    ),
    "a host spelled in capitals": faithful("See HTTPS://Example.com/Faq", "More at https://example.com/Faq."),
    "an anchor with an entity": faithful(
        '<p>Open <a href="https://example.com/?a=1&amp;b=2">this</a></p>',
        '<p>Please open <a href="https://example.com/?a=1&b=2">this page</a>.</p>',
        html=True,
    ),
    "ideographs right behind": faithful(
        "请打开https://example.com/reset重置密码",
        "请您打开 https://example.com/reset，然后重置密码。",
    ),
    "an address in Japanese": faithful(
        "メールはsupport@example.jpまでご連絡ください。", "ご連絡はsupport@example.jpまでメールにてお願いいたします。"
    ),
    "an address in Chinese": faithful(
        "请写信至ana@shop.example.com联系我们。", "如需联系，请发邮件至ana@shop.example.com，我们会尽快回复。"
    ),
    "a host in Japanese": faithful("詳細はwww.example.jpをご覧ください", "詳しくはwww.example.jpに記載しております。"),
    "a link in Thai": faithful("ดูได้ที่https://example.com/aครับ", "กรุณาดูที่ https://example.com/a นะครับ"),
    "a mended missing space": faithful(
        "We checked it.It is fixed.Please restart", "We checked it. It is fixed. Please restart."
    ),
    "abbreviations and files": faithful(
        "e.g. see report.pdf, i.e. v2.1 of Node.js", "For example, see report.pdf: version 2.1 of Node.js."
    ),
    "Markdown around": faithful(
        "[Hilfe](https://example.com/h) lesen", "Bitte lesen Sie die Hilfe: https://example.com/h"
    ),
    "the shop's name for its link": faithful(
        "Order at https://shop.example.com/new", "On shop.example.com, order at https://shop.example.com/new"
    ),
    "a mailto link shown as text": faithful(
        '<a href="mailto:help@example.com">help@example.com</a>',
        '<p>Write to <a href="mailto:help@example.com">help@example.com</a>.</p>',
        html=True,
    ),
    "a telephone link shown as text": faithful(
        '<p>Call <a href="tel:+49301234567">+49 30 1234567</a></p>', "<p>Please call +49 30 1234567.</p>", html=True
    ),
    "a telephone link shown without its country": faithful(
        '<p>Call <a href="tel:+49301234567">us</a></p>', "<p>Please call 030 / 123 45 67.</p>", html=True
    ),
    "a mailto link with a subject shown as text": faithful(
        '<a href="mailto:Help@example.com?subject=Hi">help@example.com</a>', "<p>help@example.com</p>", html=True
    ),
}
UNFAITHFUL = {
    "a telephone link of which nothing is left": unfaithful(
        '<p>Call <a href="tel:+49301234567">us</a></p>', "<p>Please call us.</p>", "tel:+49301234567", html=True
    ),
    "a telephone link and another number": unfaithful(
        '<p>Call <a href="tel:+49301234567">us</a></p>', "<p>Call +49 30 1234568.</p>", "tel:+49301234567", html=True
    ),
    "left out": unfaithful(
        "Reset it at https://example.com/reset now",
        "Please reset it now.",
        "The link https://example.com/reset is missing.",
    ),
    "shortened": unfaithful(
        "See https://example.com/a/b?c=1",
        "See https://example.com/a/b",
        "c=1 is missing",
        "https://example.com/a/b is not in the draft",
    ),
    "made up": unfaithful(
        "Our help pages tell more.",
        "More at https://help.example.com/start.",
        "https://help.example.com/start is not in",
    ),
    "another address": unfaithful(
        "Mail an info@example.de bitte",
        "Bitte schreiben Sie an support@example.de.",
        "info@example.de is missing",
        "support@example.de is not in",
    ),
    "an anchor that leads elsewhere": unfaithful(
        '<a href="https://example.com/pay">Pay</a>',
        '<a href="https://examp1e.com/pay">Pay</a>',
        "https://examp1e.com/pay is not in the draft",
        html=True,
    ),
    "a lost picture": unfaithful('<p>Voilà <img src="cid:plan-7"></p>', "<p>Voilà</p>", "cid:plan-7", html=True),
    "an encrypted link made plain": unfaithful(
        "https://example.com/login", "http://example.com/login", "https://example.com/login is missing"
    ),
    "five lost": unfaithful(
        " ".join(f"https://example.com/{n}" for n in range(5)), "Done.", "https://example.com/2 and 2 more are missing"
    ),
    "another address in Japanese": unfaithful(
        "メールはsupport@example.jpまでご連絡ください。",
        "メールはsales@example.jpまでお願いいたします。",
        "support@example.jp is missing",
        "sales@example.jp is not in",
    ),
    "another host in Chinese": unfaithful(
        "请访问shop.example.com查询", "请您访问shop.examp1e.com进行查询。", "shop.example.com is missing"
    ),
    "a path of a bare host": unfaithful(
        "Go to example.com/returns please", "Go to example.com please", "example.com/returns is missing"
    ),
}


@pytest.mark.parametrize("pair", FAITHFUL.values(), ids=list(FAITHFUL))
def test_keeps_quiet(pair: Pair) -> None:
    """A link may move, and the text around it may change."""
    assert ask("links", pair) == ()


@pytest.mark.parametrize("pair", UNFAITHFUL.values(), ids=list(UNFAITHFUL))
def test_speaks_up(pair: Pair) -> None:
    """A link that is lost, changed or made up is named."""
    assert_found("links", pair)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("(see https://example.com/a_(b)).", ["https://example.com/a_(b)"]),
        ("„https://example.com“", ["https://example.com"]),
        ("www.example.com/x, a.b+c@mail.example.co.uk;", ["www.example.com/x", "a.b+c@mail.example.co.uk"]),
        ("example.com. Then ASP.NET, done.it and www.", ["example.com"]),
        ("راسلنا على help@example.com، شكراً", ["help@example.com"]),
        ("at help@example.com/…", ["help@example.com"]),
        ("3.14 and 10.30 and 1.2.3", []),
        ("メールはa.b+c@mail.example.co.jpへ", ["a.b+c@mail.example.co.jp"]),
        ("邮箱ana_b@example.com或者shop.example.com/a查看", ["ana_b@example.com", "shop.example.com/a"]),
        ("메일은support@example.com으로", ["support@example.com"]),
        ("อีเมลsupport@example.comได้เลย", ["support@example.com"]),
        ("ดูที่www.example.com/x?a=1ครับ และexample.comด้วย", ["www.example.com/x?a=1", "example.com"]),
        (
            "ອີເມລa@example.comໄດ້, អ៊ីមែលb@example.comបាន, အီးမေးလ်c@example.comသို့",
            ["a@example.com", "b@example.com", "c@example.com"],
        ),
        ("サイトhttps://example.jp/aとexample.jpです。", ["https://example.jp/a", "example.jp"]),
        ("ＷＥＢexample.com（公式）", ["example.com"]),
        ("Grüße an jörg@müller.example und иван@почта.рф!", ["jörg@müller.example", "иван@почта.рф"]),
        ("バージョン1.2.3とNode.jsとreport.pdfとindex.htmlです", []),
    ],
)
def test_finds_links_without_the_punctuation_after_them(text: str, links: list[str]) -> None:
    """What ends a sentence is no part of a link."""
    assert [link.written for link in Facts(text, html=False).links] == links


@pytest.mark.parametrize(
    ("draft", "answer", "refuse"),
    [
        ("See https://example.com/a", "See it.", [("https://example.com/a", True)]),
        ("Write to a@example.com", "Write to us.", [("a@example.com", True)]),
        (
            "See https://example.com/a",
            "See https://example.com/b",
            [("https://example.com/a", True), ("https://example.com/b", True)],
        ),
        ("See our pages", "See https://example.com/b", [("https://example.com/b", False)]),
    ],
)
def test_a_lost_link_refuses_the_answer(draft: str, answer: str, refuse: list[tuple[str, bool]]) -> None:
    """So does another one in its place; one that is only made up is a warning."""
    assert [(*found.values, found.refuses) for found in ask("links", unfaithful(draft, answer))] == refuse


@pytest.mark.parametrize(
    ("host", "changed"),
    [
        ("meier.shop", "meyer.shop"),
        ("mail.kunde.online", "mail.kunden.online"),
        ("meier-shop.berlin", "meyer-shop.berlin"),
        ("shop.acme.support", "shop.acne.support"),
        ("ns1.hoster.cloud", "ns2.hoster.cloud"),
        ("acme.digital", "acne.digital"),
        ("panel.hoster.at", "panel.hosting.at"),
        ("mail.acme.it", "mail.acne.it"),
        ("m.kunde.info", "m.kunden.info"),
        ("meier-bau.at", "meyer-bau.at"),
        ("shop24.info", "shop25.info"),
        ("srv.kunde.local", "srv.kunden.local"),
        ("kanzlei.gmbh/kontakt", "kanzleien.gmbh/kontakt"),
    ],
)
def test_a_host_without_a_scheme_stays(host: str, changed: str) -> None:
    """It is known by its end, by its dots, or by a hyphen or digit in it."""
    assert ask("links", faithful(f"pls use {host} now", f"Please use {host}.")) == ()
    assert ask("links", faithful(f"pls use {host} now", f"Please use https://{host}.")) == ()
    found = ask("links", unfaithful(f"pls use {host} now", f"Please use {changed}."))
    assert [(*breach.values, breach.refuses) for breach in found] == [(host, True), (changed, True)]


@pytest.mark.parametrize(
    "text",
    [
        "z.B.in Berlin, d.h.es geht, e.g.it works, i.e.is",
        "Node.js, file.txt, index.html, archive.tar.gz, README.md, wp-config.php",
        "v1.2.3 and 10.at 5, 3.5.to 4",
        "Hallo.Ich bin da.Online ist es gut.Shop",
        "we checked it.it works.support will call.help is near.is it ok",
        "your e-mail.support will call",
        "a.m.to p.m.is",
        "Dr.in Meier, Kolleg.innen, u.a.at",
    ],
)
def test_abbreviations_files_and_missing_spaces_are_no_hosts(text: str) -> None:
    """A rewrite may put the space where it belongs."""
    assert Facts(text, html=False).links == []
