# ruff: noqa: RUF001 - signs of other scripts
"""Private values as people, phones and PDFs write them: each one and what stands around it."""

from collections.abc import Iterator

import msgspec


class Probe(msgspec.Struct, frozen=True):
    """A private value in a spelling, and what stands around it where that counts."""

    value: str
    before: str = ""
    after: str = ""


_DIGITAL = {
    "phone": ("+49 151 2345678", "0151 234 5678", "+1 415 555 0132", "415-555-0132"),
    "iban": ("DE89 3704 0044 0532 0130 00", "GB82 WEST 1234 5698 7654 32"),
    "card": ("4111 1111 1111 1111", "3782 822463 10005"),
    "order": ("ORD-2024-0001", "INV-2024-117"),
}
_WIDE = {ord(sign): chr(ord(sign) + 0xFEE0) for sign in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ+-"}
_ARABIC = {ord("0") + digit: chr(0x660 + digit) for digit in range(10)}
_INVISIBLE = ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad")
_BLANKS = ("\u00a0", "\u2007", "\u2009", "\u202f", "  ", "\u00a0 ", "\u3000")
_HYPHENS = ("\u2010", "\u2011", "\u2012", "\u2013", "\u2212", "\uff0d", "\u2014")

_WRITTEN = (
    "max＠example.com", "max﹫example.com", "ｍａｘ@ｅｘａｍｐｌｅ．ｃｏｍ", "max @ example.com", "max@ example.com",
    "max&muster@example.com", "bounce+max=x.org@example.com", "max!x#y$z@example.com", "max.muster@\nexample.com",
    "max.muster\n@example.com", "max.mus-\nter@example.com", "max.muster@exam-\nple.com", "max.muster@example.\ncom",
    "max.muster@example\n.com", "jo\u0308rg@mu\u0308ller.example", "ana.o’neil@example.com",
    "max\u2011muster@example.com",
    "max–muster@example.com", '"max muster"@example.com', "max&#64;example.com", "max%40example.com",
    "oﬃce@example.com",
    "संपर्क@उदाहरण.example", "𝐦𝐚𝐱@example.com", "max@example.com.", "Max.Muster@EXAMPLE.COM",
    "+49 151 – 2345678", "+49 – 151 – 2345678", "+49 151\n2345678", "+49 151 23\n45678", "+49 151\r\n2345678",
    "0151\n2345678", "00 49 151 2345678", "+ 49 151 2345678", "(+49) 151 2345678", "+49 (0) 151 2345678",
    "０３ー１２３４ー５６７８", "（０３）１２３４－５６７８", "0171∕2345678", "0171 / 234 56 78",
    "415.555.0132", "415·555·0132",
    "(415) 555 – 0132", "06.12.34.56.78", "06–12–34–56–78", "+٤٩ ١٥١ ٢٣٤٥٦٧٨", "+४९ १५१ २३४५६७८", "+49\n> 151 2345678",
    "DE 89 3704 0044 0532 0130 00", "DE89.3704.0044.0532.0130.00", "DE89 3704 0044\n0532 0130 00",
    "DE89/3704/0044/0532/0130/00", "de89 3704 0044 0532 0130 00",
    "4111 1111\n1111 1111", "4111 – 1111 – 1111 – 1111", "4111.1111.1111.1111", "4111_1111_1111_1111",
    "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
    "ORD - 2024 - 0001", "ORD 2024 0001", "ORD-\n2024-0001", "ORD-2024-\n0001", "＃４８２１３", "#48\u200b213",
    "max (at) example.com", "max[at]example[dot]com", "max(AT)example(.)com", "example[.]com/a", "hxxps://example[.]com/a",
    "ftp://example.com/a/b", "sftp://max@example.com/x", "example.com/path", "example.com", "shop.example.at",
    "www.example.com/x", "müller.de/x", "example.com:8443/x", "example.com?id=7", "EXAMPLE.COM", "Example.com/Path",
    "_example.com_", "пример.рф/a", "https://exam\u200bple.com/a", "https://example.com/a\u00adb",
    "example\u2060.com/a",
    "https://example.com/reset/\nabc?token=1", "ｈｔｔｐｓ：／／example.com/a", "HTTPS://EXAMPLE.COM/A", "http://пример.рф/a",
    "mailto:max@example.com", "example.it/pfad", "my-shop.info/x", "example．com/a",
    "1 234,50 €", "1\u2009234,50\u2009€", "19,99\u202f€", "１９，９９ €", "٥٠٫٢٥ درهم", "€ 1190–1250", "$\u200b1190.00",
)  # fmt: skip
_NAMED = (
    ("IBAN", "DE89370400440532013000"),
    ("order no.\u00a0", "48213"), ("order\n", "48213"), ("Bestell-Nr. ", "48213"), ("order ", "4\u200b8213"),
    ("ticket\u00a0", "４８２１３"), ("invoice:\u2009", "٤٨٢١٣"),
)  # fmt: skip


def probes() -> list[Probe]:
    """Return all spellings of all values."""
    found = [Probe(card, after=" 12/27") for card in ("4111 1111 1111 1111", "4111111111111111")]
    found += [Probe(value) for value in _WRITTEN]
    found += [Probe(value, before) for before, value in _NAMED]
    for kind, values in _DIGITAL.items():
        found += [Probe(spelled) for value in values for spelled in _spelled(value, kind)]
    return list(dict.fromkeys(found))


def _spelled(value: str, kind: str) -> Iterator[str]:
    """Return one value in every spelling."""
    yield from (value.replace(" ", blank) for blank in _BLANKS if " " in value)
    yield from (value.replace(" ", hyphen).replace("-", hyphen) for hyphen in _HYPHENS if not _is_word(value, hyphen))
    yield from (sign.join(value) for sign in _INVISIBLE)
    yield value[:-4] + _INVISIBLE[0] + value[-4:]
    yield value.translate(_WIDE).replace(" ", "\u3000")
    if kind != "order":
        yield value.translate(_ARABIC)


def _is_word(value: str, hyphen: str) -> bool:
    """Tell whether a dash parts words rather than digits: an em dash between them ends a clause."""
    return hyphen == "\u2014" and any(map(str.isalpha, value))


HTML = (
    "max<b>@</b>example.com", "<b>max</b>@example.com", "max.muster@<wbr>example.com", "max@example.co<b>m</b>",
    "max&shy;.muster@example&#8203;.com", "max&amp;muster@example.com", "max&commat;example&period;com",
    "max<span>.muster</span>@<span>example.com</span>", "max&#xFF20;example.com", "<i>m</i>ax.muster@example.com",
    "max.muster@<br>example.com", '<font color="red">max</font>@example.com',
    "<b>+49</b> 151 2345678", "+49&nbsp;151&#8239;234<span>56</span>78", "+49\n     151\n    2345678",
    "+49 151 23<b>45678</b>", "+49&thinsp;151&ndash;2345678", "<span>0151</span><span>2345678</span>",
    "DE89&nbsp;3704&nbsp;0044<br>0532 0130 00", "DE89 <b>3704 0044</b> 0532 0130 00",
    "DE89&#8239;3704&#8239;0044&#8239;0532&#8239;0130&#8239;00",
    "4111<b> </b>1111 <i>1111</i> 1111", '<span style="color:red">4111</span> 1111 1111 1111',
    "4111&ndash;1111&ndash;1111&ndash;1111", "4111&#8203;1111&#8203;1111&#8203;1111", "4111&shy;1111&shy;1111&shy;1111",
    "ORD&ndash;2024&ndash;0001", "#48<i></i>213", "ORD-<b>2024</b>-0001",
    "exa<b>mple</b>.com/path", "ftp://exam<wbr>ple.com/path", "https://example.com/<wbr>reset/<wbr>abc",
    "example.com/?a=1&amp;b=2", "1&nbsp;234,<b>50</b>&nbsp;&euro;",
)  # fmt: skip
"""The same as composers write them: with tags inside, and entities."""

SEAMS = (
    "</span><span>", "<b>", "</b>", "</a>", "<br>", "<o:p></o:p>", "<!-- x -->", "–", "—", "−", "‒", "–<b>", "</i>–<i>",
    "&ndash;", "&minus;", "·", "，",
)  # fmt: skip
"""What may stand between two values, with no blank beside it."""
BESIDE = (
    "max.muster@example.com", "https://example.com/reset", "example.com/reset", "www.example.org", "+49 151 2345678",
    "0171-234 5678", "415-555-0132", "DE89 3704 0044 0532 0130 00", "DE89370400440532013000", "4111 1111 1111 1111",
    "4111111111111111", "ORD-2024-0001", "1 234,50 €", "USD 1250.75", "48213771",
)  # fmt: skip
"""Values to put side by side."""
LABELS = ("Karte", "Tel.", "12/27", "12.05.2027", "3", "CVC 123")
"""What may stand beside a value and is none."""
