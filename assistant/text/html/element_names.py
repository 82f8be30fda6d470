"""What a browser knows as tags: names of elements, and attributes that need no value."""

_BLOCK_WORDS = (
    "address article blockquote body center dd div dl dt figure footer h1 h2 h3 h4 h5 h6 header html li main ol p pre "
    "section table tbody td tfoot th thead tr ul"
)
BLOCKS = frozenset(_BLOCK_WORDS.split())
"""Elements that stand by themselves."""

_RARE_BLOCK_WORDS = "aside details dialog dir fieldset figcaption form hgroup hr menu nav summary"
RARE_BLOCKS = frozenset(_RARE_BLOCK_WORDS.split())
"""Others that do; hardly a mail has them."""

TABLE_PARTS = frozenset(("caption", "colgroup", "col", "tbody", "td", "tfoot", "th", "thead", "tr"))
"""Elements that are none without a table around them."""

_INLINE_WORDS = "a abbr b big cite code del em font i ins kbd mark q s samp small span strike strong sub sup tt u var"
INLINE = frozenset(_INLINE_WORDS.split())
"""Elements inside a line."""

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
"""Elements without an end."""

PARTING = BLOCKS | {"br", "hr"}
"""Elements that part the words before and behind them."""

_DROPPED_WORDS = (
    "script style textarea title xmp iframe noembed noframes noscript plaintext svg math template object select head"
)
DROPPED = frozenset(_DROPPED_WORDS.split())
"""Elements that vanish together with all that stands in them."""

_OTHER_WORDS = (
    "audio bdi bdo button canvas data datalist dfn frame frameset label legend map meter optgroup option output param "
    "picture progress rp rt ruby search slot time video"
)
HTML = BLOCKS | RARE_BLOCKS | TABLE_PARTS | INLINE | VOID | DROPPED | frozenset(_OTHER_WORDS.split())
"""Elements of HTML."""

_FORMER_WORDS = (
    "acronym applet basefont bgsound blink command content element image isindex keygen listing marquee menuitem "
    "multicol nextid nobr portal rb rbc rtc shadow spacer xml"
)
HTML_EVER = HTML | frozenset(_FORMER_WORDS.split())
"""Those of other days too."""

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
ELEMENTS = HTML_EVER | frozenset(f"{_SVG_WORDS} {_MATHML_WORDS}".split()) | {"fencedframe", "selectedcontent"}
"""Names of elements of HTML, SVG and MathML, in small letters."""

_FLAG_WORDS = (
    "allowfullscreen async autofocus autoplay checked compact contenteditable controls default defer disabled download "
    "draggable formnovalidate hidden inert ismap itemscope loop multiple muted nohref nomodule noresize noshade "
    "novalidate nowrap open playsinline popover readonly required reversed sandbox seamless selected spellcheck "
    "truespeed typemustmatch"
)
FLAGS = frozenset(_FLAG_WORDS.split())
"""Attributes that work without a value."""
