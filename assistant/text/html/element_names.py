"""What a browser knows as tags: names of elements, and attributes that need no value."""

from assistant.text.html.recognition import ELEMENTS as HTML

_SVG_WORDS = (
    "animate animatemotion animatetransform circle clippath defs desc discard ellipse feblend fecolormatrix "
    "fecomponenttransfer fecomposite feconvolvematrix fediffuselighting fedisplacementmap fedistantlight fedropshadow "
    "feflood fefunca fefuncb fefuncg fefuncr fegaussianblur feimage femerge femergenode femorphology feoffset "
    "fepointlight fespecularlighting fespotlight fetile feturbulence filter foreignobject g glyph hatch line "
    "lineargradient marker mask metadata mpath path pattern polygon polyline radialgradient rect set stop switch "
    "symbol text textpath tspan use view"
)
_MATHML_WORDS = (
    "annotation annotation-xml maction maligngroup malignmark math menclose merror mfenced mfrac mglyph mi "
    "mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable "
    "mtd mtext mtr munder munderover none semantics"
)
ELEMENTS = HTML | frozenset(f"{_SVG_WORDS} {_MATHML_WORDS}".split()) | {"fencedframe", "search", "selectedcontent"}
"""Names of elements of HTML, SVG and MathML, in small letters."""

_FLAG_WORDS = (
    "allowfullscreen async autofocus autoplay checked compact contenteditable controls default defer disabled download "
    "draggable formnovalidate hidden inert ismap itemscope loop multiple muted nohref nomodule noresize noshade "
    "novalidate nowrap open playsinline popover readonly required reversed sandbox seamless selected spellcheck "
    "truespeed typemustmatch"
)
FLAGS = frozenset(_FLAG_WORDS.split())
"""Attributes that work without a value."""
