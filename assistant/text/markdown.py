"""Finding Markdown that a reader would see as signs."""

import re

_INNER = r"(?=[^\s*_~])[^*\n]{1,200}?(?<=\S)"
_LINES = r"(?<![*\\])\*\*(?=[^\s*])[^*\n]{1,200}(?:\n[^*\n]{1,200}){1,3}(?<=\S)\*\*(?!\*)"
_KINDS: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("**", "**", re.compile(rf"(?<![*\\])\*\*{_INNER}\*\*(?!\*)|{_LINES}|(?<![*\\])\*\*\*{_INNER}\*\*\*")),
    ("*", "*", re.compile(rf"(?<![\w*\\])\*(?=\w){_INNER}\*(?![\w*])")),
    ("__", "__", re.compile(r"(?<![\w_\\])__(?=[^\s_])[^_\n]{1,100}? [^_\n]{1,100}?(?<=\S)__(?![\w_])")),
    ("_", "_", re.compile(r"(?<![\w_\\/.])_(?=[^\s_])[^_\n]{1,200}?(?<=\S)_(?![\w_])")),
    ("~~", "~~", re.compile(r"~~(?=[^\s~])[^~\n]{1,200}?(?<=\S)~~")),
    ("`", "`", re.compile(r"(?<!`)`{1,3}[^`\n]{1,200}`{1,3}(?!`)|^[ \t]{0,3}```", re.MULTILINE)),
    ("](", "[…](…)", re.compile(r"(?<!\])\[[^\[\]\n]{1,300}\]\([^()\s]{1,500}\)")),
    ("#", "#", re.compile(r"^[ \t]{0,3}(?:#[ \t]+[^\W\d]|#{2,6}[ \t]+\S)", re.MULTILINE)),
    ("##", "#", re.compile(r"^[ \t]{0,3}#{2,6}[^\W\d_]", re.MULTILINE)),
    ("~~~", "~~~", re.compile(r"^[ \t]{0,3}~{3,20}[ \t]*$", re.MULTILINE)),
    ("===", "===", re.compile(r"^[^\n]{1,200}\S[ \t]{0,3}\n={3,80}[ \t]{0,3}$", re.MULTILINE)),
    ("[ ]", "- [ ]", re.compile(r"^[ \t]{0,8}[-*+] \[[ xX]\] \S", re.MULTILINE)),
    ("|--", "|---|", re.compile(r"^[ \t]{0,3}\|?[ \t]*:?-{3,20}:?[ \t]*\|", re.MULTILINE)),
)
"""What a draft must have to use a kind itself, how it is called, and what it looks like."""

_HEADING = re.compile(r"^[ \t]{0,3}#{1,6}[ \t]", re.MULTILINE)


def find_markdown(draft: str, answer: str, prose: str) -> list[str]:
    """Return the signs of each kind of Markdown that an answer has and its draft lacks.

    Lists with dashes or numbers, quoted lines, and signs that stand alone (`5 * 3`, `#1`, `__init__`) are text.

    Args:
        draft: as a reader sees it.
        answer: likewise.
        prose: the answer without links.
    """
    if not any(sign in answer for sign in "*_~`[#|="):
        return []
    # A link in Markdown is looked for in the answer itself: its address is a link.
    found = [
        name for own, name, pattern in _KINDS if own[0] in answer and pattern.search(answer if own == "](" else prose)
    ]
    if not found:
        return []
    known = {name for own, name, _ in _KINDS if (_HEADING.search(draft) if own == "#" else own in draft)}
    return [name for name in dict.fromkeys(found) if name not in known]
