# ruff: noqa: RUF001 - signs of other scripts
"""What a draft or an answer may consist of from end to end, so that work which looks at each with each shows."""

from collections.abc import Callable
from typing import TypeAlias

Shape: TypeAlias = Callable[[int], str]
"""Returns the piece with a number; each may be another."""


def _same(piece: str) -> Shape:
    return lambda _: piece


def _letters(number: int) -> str:
    """Return a word of five letters for a number, another one for each up to some millions."""
    return "".join("bcdfghklmnprstvwxz"[number // 18**place % 18] for place in range(5))


def _name(number: int) -> str:
    return _letters(number).capitalize()


TEXTS: dict[str, Shape] = {
    "six-digit numbers": lambda n: f"{100_000 + 7 * n} ",
    "orders": lambda n: f"#{100_000 + n} ",
    "codes": lambda n: f"ORD-{n}-A{n % 97}\n",
    "capitals and digits": lambda n: f"A{n}B{n} ",
    "amounts": lambda n: f"€{n}.50 ",
    "amounts of many currencies": lambda n: f"{n} {('EUR', 'USD', 'kr', '円', 'zł')[n % 5]} and ${n},00; ",
    "separated digits": lambda n: f"{n}.{n},{n}'{n} ",
    "digits without end": lambda n: f"{n}",
    "digits with dashes": lambda n: f"{n}-",
    "phones": lambda n: f"+49 30 {1_000_000 + n}, ",
    "cards": lambda n: f"4111 1111 {1000 + n % 9000} {n % 9000 + 1000} ",
    "ibans": lambda n: f"DE89 3704 0044 {1000 + n % 9000} 0130 00 ",
    "dates": lambda n: f"{n % 28 + 1}.{n % 12 + 1}.{1900 + n % 200} ",
    "dates in words": lambda n: f"{n % 28 + 1} {('May', 'Juni', 'août', 'марта')[n % 4]} {1900 + n % 200}, ",
    "eastern dates": lambda n: f"{2000 + n % 90}年{n % 12 + 1}月{n % 28 + 1}日、",
    "times": lambda n: f"{n % 24}:{n % 60:02} pm, ",
    "durations": lambda n: f"{n} days, {n % 50} weeks; ",
    "numbers in words": lambda n: f"{('two', 'zwölf', 'trois', 'hundert')[n % 4]} {('thousand', 'mille')[n % 2]} ",
    "halves": lambda n: f"half {n % 12}, ",
    "Arabic digits": lambda n: f"{n} ".translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
    "ideographic digits": lambda n: f"{n}、".translate(str.maketrans("0123456789", "〇一二三四五六七八九")),
    "at signs": _same("a@"),
    "e-mails": lambda n: f"{_letters(n)}@{_letters(n // 3)}.example.com ",
    "e-mails without blanks": lambda n: f"{_letters(n)}@a.de,",
    "hosts": lambda n: f"{_letters(n)}.com ",
    "hosts without end": lambda n: f"{_letters(n)}.",
    "links": lambda n: f"https://{_letters(n)}.example/{n}?a={n} ",
    "links without blanks": lambda n: f"http://a.de/{n})",
    "links in Markdown": lambda n: f"[{_letters(n)}](https://a.example/{n}) ",
    "brackets of links": _same("[a]("),
    "hashes": _same("#"),
    "headings": lambda n: f"## {_letters(n)}\n",
    "rows of signs": _same("* * *\n"),
    "stars": _same("*a"),
    "bold": lambda n: f"**{_letters(n)}** ",
    "underscores": lambda n: f"_{_letters(n)}_ ",
    "spaced signs": _same("* "),
    "bullets": lambda n: f"- {_letters(n)}\n",
    "deeper bullets": lambda n: f"{' ' * (n % 40)}- {_letters(n)}\n",
    "numbered lines": lambda n: f"{n}. {_letters(n)}\n",
    "quoted lines": _same("> - "),
    "quotes": lambda n: f'"{_letters(n)}" ',
    "open quotes": _same('"a “'),
    "code": lambda n: f"`{_letters(n)}` ",
    "fences": lambda n: f"```\n{_letters(n)}\n```\n",
    "table": lambda n: f"| {_letters(n)} | {n} |\n|---|---|\n",
    "placeholders": lambda n: f"{{{{{_letters(n)}.{_letters(n // 2)}}}}} ",
    "fields in brackets": lambda n: f"[First Name] 【注文番号】{n} %FIELD_{n}% ",
    "open brackets": _same("([{<"),
    "closing brackets": _same(")]}>"),
    "names in brackets": lambda n: f"<{_letters(n)}> ",
    "JSON": lambda n: f'{{"{_letters(n)}": [{n}, null]}}, ',
    "words": lambda n: f"{_letters(n)} ",
    "names": lambda n: f"{_name(n)} ",
    "greetings": lambda n: f"Hi {_name(n)},\n",
    "closings": lambda n: f"Best regards, {_name(n)}\n",
    "acronyms": lambda n: f"{_letters(n)[:4].upper()}, ",
    "products": lambda n: f"{_letters(n)[:3]}{_name(n)} ",
    "one long word": _letters,
    "lines": _same("\n"),
    "blanks": _same(" "),
    "invisible": _same("\u200b"),
    "combining marks": _same("\u0301\u0316"),
    "accents": _same("e\u0301"),
    "Chinese": lambda n: f"{chr(0x4E00 + n % 20_000)}",
    "Thai": lambda n: f"{chr(0x0E01 + n % 46)}",
    "Arabic": lambda n: f"{chr(0x0627 + n % 30)}{' ' if n % 5 == 0 else ''}",
    "emoji": lambda n: f"{chr(0x1F300 + n % 500)}",
    "wide signs": lambda n: f"（{n}）＠",
    "dashes": _same("1—"),
    "preambles": _same("Here is the revised version "),
    "notes": _same("\n\nNote: I have rewritten "),
    "entities": lambda n: f"&#{65 + n % 26};&amp;&lt;{n}&gt; ",
    "open entities": _same("&#&a"),
    "tokens": lambda n: f"ZQX{n}LINK ",
    "begun tokens": _same("[ZQX"),
}  # fmt: skip
"""What any text may hold, by what it is called."""

MARKUP: dict[str, Shape] = {
    "paragraphs": lambda n: f"<p>{_letters(n)}</p>",
    "empty paragraphs": _same("<p></p>"),
    "opened tags": _same("<b>"),
    "opened blocks": _same("<div><p>"),
    "nested lists": lambda n: f"<ul><li>{_letters(n)}",
    "lists": lambda n: f"<li>{_letters(n)}</li>",
    "numbered lists": lambda n: f"<ol start={n % 900}><li>{_letters(n)}</ol>",
    "closing tags": _same("</b></p>"),
    "unclosed tags": _same("<a "),
    "open attributes": _same('<a href="'),
    "attributes": lambda n: f"<p data-{_letters(n)}={n} style='color:#{n % 900 + 100}'>x</p>",
    "anchors": lambda n: f'<a href="https://{_letters(n)}.example/{n}">{_letters(n)}</a> ',
    "pictures": lambda n: f'<img src="https://a.example/{n}.png" alt="{n}">',
    "tables": lambda n: f"<table><tr><td>{n}<td>{_letters(n)}</table>",
    "breaks": lambda n: f"{n}<br>",
    "numbers in tags": lambda n: f"<b>{n}</b>{n}",
    "comments": _same("<!-- a -->"),
    "open comments": _same("<!--"),
    "scripts": _same("<script>1</script>"),
    "open styles": _same("<style>"),
    "unknown tags": lambda n: f"<{_letters(n)}>x</{_letters(n)}>",
    "escaped tags": lambda n: f"&lt;{_letters(n)}&gt;",
    "code in tags": lambda n: f"<pre>{_letters(n)}\n</pre><code>`{n}</code>",
}  # fmt: skip
"""What HTML may hold besides."""


def text_of(shape: Shape, size: int, first: int = 1000) -> str:
    """Return a text of one shape.

    Args:
        shape: what it consists of.
        size: its characters, at most.
        first: the number of its first piece: texts that begin with others have other pieces.
    """
    parts: list[str] = []
    left, number = size, first
    while left > 0:
        parts.append(shape(number))
        left -= len(parts[-1])
        number += 1
    return "".join(parts)[:size]
