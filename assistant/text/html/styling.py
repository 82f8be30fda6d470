"""Styling that may stay: how text looks, and nothing that loads anything."""

import re

_PROPERTIES_WORDS = (
    "background background-color border border-bottom border-bottom-color border-bottom-style border-bottom-width "
    "border-collapse border-color border-left border-left-color border-left-style border-left-width border-radius "
    "border-right border-right-color border-right-style border-right-width border-spacing border-style border-top "
    "border-top-color border-top-style border-top-width border-width color direction display height letter-spacing "
    "line-height list-style-type margin margin-bottom margin-left margin-right margin-top max-height max-width "
    "min-height min-width padding "
    "padding-bottom padding-left padding-right padding-top table-layout text-align text-decoration "
    "text-decoration-color text-decoration-line text-decoration-style text-indent text-transform unicode-bidi "
    "vertical-align white-space width word-break word-spacing"
)
_PROPERTIES = frozenset(_PROPERTIES_WORDS.split())
_FONT = re.compile(r"font(?:-(?!display\Z)[a-z]+){0,4}")

_DECLARATION = re.compile(r"\s*([a-zA-Z-]+)\s*:([^\\@]+)")
_LOADING = re.compile(r"/\*|(?:url|src|image|image-set|cross-fade|element|expression)\s*\(", re.IGNORECASE)
_COLOUR = re.compile(
    r"(?<![\w(-])(?:#[0-9a-f]{3,8}|(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\([^()]{1,100}\)|[a-z]+)(?![\w(-])",
    re.IGNORECASE,
)
_LONGEST_BACKGROUND = 300  # characters
_NO_COLOUR_WORDS = "none repeat scroll fixed local center left right top bottom cover contain auto space round inherit"
_NO_COLOUR = frozenset(_NO_COLOUR_WORDS.split())


def safe_style(style: str) -> str:
    """Return the declarations of how text looks that load nothing; of a background, only its colour."""
    kept = (_declaration(each) for each in style.split(";"))
    return ";".join(each for each in kept if each)


def _declaration(text: str) -> str:
    match = _DECLARATION.fullmatch(text)
    if match is None:
        return ""
    name, value = match[1].lower(), match[2].strip()
    if name not in _PROPERTIES and not _FONT.fullmatch(name):
        return ""
    if name == "background":
        value = _colour(value[:_LONGEST_BACKGROUND])
    return f"{name}:{value}" if value and not _LOADING.search(value) else ""


def _colour(value: str) -> str:
    """Return the colour in a background's value; none of those that a gradient is made of."""
    found = (match for match in _COLOUR.finditer(value) if match[0].lower() not in _NO_COLOUR)
    return next((each[0] for each in found if _is_outside(value, each.start())), "")


def _is_outside(value: str, position: int) -> bool:
    return value.count("(", 0, position) <= value.count(")", 0, position)
