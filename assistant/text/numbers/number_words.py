# ruff: noqa: RUF001 - words of other alphabets
"""Numbers in words, as they are found in tables: of languages whose words are all known, and of others."""

from collections.abc import Iterator
from itertools import product

from assistant.text.reading import fold

_BASIC = """
da nul en/et/én/ét/første to/begge/anden/andet tre/tredje fire/fjerde fem/femte seks/sjette syv/syvende
da otte/ottende ni/niende ti/tiende elleve tolv tretten fjorten femten seksten sytten atten nitten tyve tredive
da fyrre halvtreds tres halvfjerds firs halvfems hundrede
de null/kostenlos/gratis/kein/keine/keinen
de ein/eine/einen/einem/einer/eines/eins/einmal/erste/ersten/erster/erstes
de zwei/zweimal/beide/beiden/beider/zweite/zweiten/zweiter/doppelt/zweifach/zwo
de drei/dreimal/dritte/dritten/dritter/dreifach vier/viermal/vierte/vierten fünf/fünfte/fünften
de sechs/sechste/sechsten sieben/siebte/siebten acht/achte/achten neun/neunte/neunten zehn/zehnte/zehnten
de elf/elfte/elften zwölf/zwölfte/zwölften dreizehn/dreizehnten vierzehn/vierzehnten/vierzehntägig
de fünfzehn/fünfzehnten sechzehn siebzehn achtzehn neunzehn zwanzig/zwanzigsten dreißig/dreißigsten vierzig
de fünfzig sechzig siebzig achtzig neunzig hundert/einhundert
en zero/no/none/free/nil one/a/an/once/single/first two/twice/both/double/couple/pair/second
en three/thrice/triple/third four/fourth five/fifth six/sixth seven/seventh eight/eighth nine/ninth ten/tenth
en eleven/eleventh twelve/twelfth thirteen/thirteenth fourteen/fourteenth fifteen/fifteenth sixteen/sixteenth
en seventeen/seventeenth eighteen/eighteenth nineteen/nineteenth twenty/twentieth thirty/thirtieth
en forty/fortieth fifty/fiftieth sixty/sixtieth seventy eighty ninety hundred/hundredth
es cero/gratis/ningún/ninguna un/uno/una/primer/primera/primero dos/ambos/ambas/doble/segundo/segunda/par
es tres/tercer/tercera/tercero cuatro/cuarto/cuarta cinco/quinto/quinta seis/sexto siete/séptimo ocho/octavo
es nueve/noveno diez/décimo once/undécimo doce/duodécimo trece catorce quince dieciséis diecisiete dieciocho diecinueve
es veinte/veinti/vigésimo/vigésima treinta/trigésimo cuarenta cincuenta sesenta setenta ochenta noventa cien/ciento
fr zéro/gratuit/gratuite/aucun/aucune un/une/premier/première/seul/seule deux/double/deuxième/seconde/second
fr trois/troisième/triple quatre/quatrième cinq/cinquième six/sixième sept/septième huit/huitième neuf/neuvième
fr dix/dixième onze douze treize quatorze quinze seize dix_sept dix_huit dix_neuf vingt trente quarante
fr cinquante soixante soixante_dix/septante quatre_vingts/quatre_vingt/huitante/octante
fr quatre_vingt_dix/nonante cent/cents
it zero/gratis/nessun/nessuno/nessuna un/uno/una/primo/prima due/entrambi/entrambe/doppio/seconda/secondo/paio
it tre/terzo/terza quattro/quarto/quarta cinque/quinto sei/sesto sette/settimo otto/ottavo nove/nono
it dieci/decimo undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove venti trenta
it quaranta cinquanta sessanta settanta ottanta novanta cento
nl nul/gratis/geen een/één/eerste/enkele twee/beide/dubbel/tweede drie/derde vier/vierde vijf/vijfde zes/zesde
nl zeven/zevende acht/achtste negen/negende tien/tiende elf/elfde twaalf/twaalfde dertien veertien/veertiende
nl vijftien zestien zeventien achttien negentien twintig/twintigste dertig/dertigste veertig vijftig zestig
nl zeventig tachtig negentig honderd
no null en/én/ett/ei/første to/begge/andre tre/tredje fire/fjerde fem/femte seks/sjette sju/syv/sjuende
no åtte/åttende ni/niende ti/tiende elleve tolv tretten fjorten femten seksten sytten atten nitten tjue/tyve
no tretti/tredve førti femti seksti sytti åtti nitti hundre
pt zero/grátis/nenhum/nenhuma um/uma/primeiro/primeira dois/duas/ambos/ambas/dobro/segundo/segunda
pt três/terceiro/terceira quatro/quarto/quarta cinco/quinto seis/sexto sete/sétimo oito/oitavo nove/nono
pt dez/décimo onze doze treze quatorze/catorze quinze dezesseis/dezasseis dezessete/dezassete dezoito
pt dezenove/dezanove vinte/vigésimo/vigésima trinta/trigésimo
pt quarenta cinquenta sessenta setenta oitenta noventa cem/cento
sv noll/gratis/ingen en/ett/första två/båda/dubbelt/andra tre/tredje fyra/fjärde fem/femte sex/sjätte
sv sju/sjunde åtta/åttonde nio/nionde tio/tionde elva/elfte tolv/tolfte tretton fjorton femton sexton sjutton
sv arton nitton tjugo/tjugonde trettio/trettionde fyrtio/förtio femtio sextio sjuttio åttio nittio hundra
"""
"""From nought to twenty, then the tens to a hundred; forms of one number are parted by a stroke."""

_JOINED = {
    "da": ("{one}og{ten}",),
    "de": ("{one}und{ten}",),
    "en": ("{ten} {one}",),
    "es": ("{ten} y {one}", "{ten}{one}"),
    "fr": ("{ten} {one}", "{ten} et {one}"),
    "it": ("{ten}{one}", "{cut}{one}"),
    "nl": ("{one}en{ten}",),
    "no": ("{ten}{one}", "{one}og{ten}"),
    "pt": ("{ten} e {one}",),
    "sv": ("{ten}{one}",),
}
"""How tens and ones are put together."""

_HUNDREDS = """
es doscientos/doscientas trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos
pt duzentos/duzentas trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos
"""
"""Hundreds that are no number with the word for a hundred, from two hundred upwards."""

_THOUSANDS = {
    "da": "tusind", "de": "tausend", "en": "thousand", "es": "mil", "fr": "mille", "it": "mila", "nl": "duizend",
    "no": "tusen", "pt": "mil", "sv": "tusen",
}  # fmt: skip

_OTHERS = """
hr nula jedan/jedna/jedno/jednog/jednu dva/dvije/dvoje tri četiri pet šest sedam osam devet deset jedanaest
hr dvanaest
hr trinaest četrnaest petnaest šesnaest sedamnaest osamnaest devetnaest dvadeset
bg нула един/една/едно два/две три четири пет шест седем осем девет десет единадесет дванадесет тринадесет
bg четиринадесет петнадесет шестнадесет седемнадесет осемнадесет деветнадесет двадесет
lt nulis vienas/vieną du/dvi trys/tris keturi/keturias penki/penkias šeši septyni aštuoni devyni dešimt
lv nulle viens/vienu divi/divas trīs četri/četras pieci piecas seši septiņi astoņi deviņi desmit
et null üks/ühe kaks/kahe kolm/kolme neli/nelja viis/viie kuus/kuue seitse/seitsme kaheksa üheksa kümme/kümne
id nol satu/se dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas
vi không một hai ba bốn năm sáu bảy tám chín mười
ar صفر واحد/واحدة اثنان/اثنين/اثنتان ثلاثة/ثلاث أربعة/أربع خمسة/خمس ستة/ست سبعة/سبع ثمانية/ثماني تسعة/تسع عشرة/عشر
ca zero/gratis un/una/primer dos/dues/ambdós tres quatre cinc sis set vuit nou deu onze dotze tretze catorze quinze
ca setze
el μηδέν ένα/ένας/μία/μια/ενός δύο/δυο τρεις/τρία/τριών τέσσερις/τέσσερα πέντε έξι επτά/εφτά οκτώ/οχτώ εννέα/εννιά
el δέκα
ro zero un/o/una/primul doi/două/ambele trei patru cinci șase șapte opt nouă zece unsprezece doisprezece
ro treisprezece
ro paisprezece cincisprezece șaisprezece șaptesprezece optsprezece nouăsprezece douăzeci
tr sıfır bir/birinci iki/ikinci/çift üç dört beş altı yedi sekiz dokuz on onbir oniki
"""
"""From nought upwards, of languages of which many a form is not known."""

_STEMS = """
fi noll yksi,yhde,yhte,ensimm kaksi,kahd,kahte,toinen,toise,molem kolm nelj viisi,viid,viit kuusi,kuud,kuut seits
fi kahdeks,kaheks
fi yhdeks,yheks kymmen yksitoista,yhdentoista kaksitoista,kahdentoista kolmetoista,kolmentoista
fi neljätoista,neljäntoista
fi viisitoista,viidentoista kuusitoista,kuudentoista seitsemäntoista kahdeksantoista yhdeksäntoista
fi kaksikymmen,kahdenkymmen,kahtenakymmen
hu nulla egy,első két,kett,máso háro,harm négy,negy öt,ötö hat hét,hete nyol kilenc tíz,tize tizenegy tizenk
hu tizenh,tizenhár
hu tizenn tizenö tizenhat tizenhét tizennyol tizenkil húsz,husz
cs nul,bezplat jed,prvn dv,oba,obe,obou,druh tř,troj,třet čtyř,čtvr,čtver pět,pát šest sedm osm devět,devít,devát
cs deset,desít
cs jedenáct dvanáct třináct čtrnáct patnáct šestnáct sedmnáct osmnáct devatenáct dvacet,dvacít
sk nul,bezplat jed,prv dv,oba,obe,oboch,druh tr štyr,štvr päť,piat šesť sedem,siedm osem,ôsm deväť desať
sk jedenásť dvanásť trinásť štrnásť pätnásť šestnásť sedemnásť osemnásť devätnásť dvadsať
pl zer,bezpłat jed,pierw dw,oba,obie,obu,drug trz,trze czter,czwor,czwar pię,piąt sześ,szóst siedm,siedem,siódm
pl osiem,ośm,ósm
pl dziewię,dziewią dziesię,dziesią jedena dwuna,dwana trzyna czterna piętna szesna siedemna osiemna dziewiętna
pl dwudziest,dwadzieścia
ru ноль,бесплатн од,перв дв,оба,обе,втор тр четыр,четвер пят шест сем,седьм восем,восьм девят десят
ru одиннадц двенадц тринадц четырнадц пятнадц шестнадц семнадц восемнадц девятнадц двадц
uk нул,безкоштовн од,перш дв,обидв,друг тр,трет чотир,четвер п'ят шіст,шест,шост сім,сьом вісім,восьм дев'ят десят
uk одинадц дванадц тринадц чотирнадц п'ятнадц шістнадц сімнадц вісімнадц дев'ятнадц двадц
"""
"""How the forms begin, from nought to twenty."""

_STEMS_OF_TENS = """
fi kolmekymmen,kolmenkymmen neljäkymmen,neljänkymmen viisikymmen,viidenkymmen kuusikymmen,kuudenkymmen
fi seitsemänkymmen
fi kahdeksankymmen yhdeksänkymmen sata,sada
hu harminc negyven ötven hatvan hetven nyolcvan kilencven száz
cs třic čtyřic padesát šedesát sedmdesát osmdesát devadesát sto,sta
sk tridsať štyridsať päťdesiat šesťdesiat sedemdesiat osemdesiat deväťdesiat sto,sta
pl trzydzie czterdzie pięćdziesi sześćdziesi siedemdziesi osiemdziesi dziewięćdziesi sto,stu,setn
ru тридц сорок пятьдесят,пятидесят шестьдесят,шестидесят семьдесят,семидесят восемьдесят,восьмидесят девяност
ru сто,ста,сотый,сотая,сотог
uk тридц сорок п'ятдесят шістдесят сімдесят вісімдесят дев'яност сто,ста,соти
"""
"""The same from thirty to a hundred."""

_STEMS_OF_HUNDREDS = """
pl dwieście,dwust trzyst czteryst pięćset,pięciuset sześćset siedemset osiemset dziewięćset
ru двест,двухсот трист,трехсот четырест пятьсот,пятисот шестьсот,шестисот семьсот восемьсот девятьсот
uk двіст,двохсот трист,трьохсот чотирист п'ятсот шістсот сімсот вісімсот дев'ятсот
"""
"""The same from two hundred to nine hundred."""

FACTORS = {
    **dict.fromkeys(
        ("k", "K", "thousand", "tausend", "mil", "mille", "mila", "tys", "тыс", "тысяч", "duizend", "bin"), 1000
    ),
    **dict.fromkeys(("tusen", "tusind", "tisíc", "tysięcy", "tysiące", "tysiąc", "тысячи", "тысяча", "тысячу"), 1000),
    **dict.fromkeys(("M", "m", "million", "millions", "Mio", "Million", "Millionen", "millones", "milhões"), 1_000_000),
    **dict.fromkeys(("milioni", "mln", "млн", "miljoen", "miljoner", "milyon", "millón", "milhão"), 1_000_000),
    **dict.fromkeys(("千",), 1000),
    **dict.fromkeys(("万", "萬", "만"), 10_000),
    **dict.fromkeys(("億", "亿", "억"), 100_000_000),
    **dict.fromkeys(("Tsd", "tsd", "millares", "milhares", "хиляди", "tuhat", "tuhatta", "ezer", "хил", "тис"), 1000),
    **dict.fromkeys(("тисяч", "тисячі", "хиляда", "mii", "tisuća", "tūkst", "ribu", "nghìn"), 1000),
    **dict.fromkeys(
        ("Millions", "Mill", "mio", "mill", "milionu", "milionů", "milionów", "miliony", "juta"), 1_000_000
    ),
    **dict.fromkeys(("миллион", "миллиона", "миллионов", "мільйонів", "miljoonaa", "millió", "miljonen"), 1_000_000),
    **dict.fromkeys(("billion", "bn", "Milliarde", "Milliarden", "Mrd", "mrd", "mld", "miliardi", "miliard"), 10**9),
    **dict.fromkeys(("milliard", "milliards", "miljard", "miljarder", "miliardów", "млрд", "миллиардов"), 10**9),
    **dict.fromkeys(("lakh", "lakhs"), 100_000),
    **dict.fromkeys(("crore", "crores"), 10_000_000),
}
"""What a word after a number multiplies it by."""
IDEOGRAPHS = {sign: value for value, sign in enumerate("〇一二三四五六七八九十")} | {"零": 0, "两": 2, "兩": 2}
"""Chinese and Japanese figures."""

_TWENTY = 20


def _value(place: int) -> int:
    """Return the number at a place in a row: to twenty one by one, then by tens."""
    return place if place <= _TWENTY else (place - _TWENTY + 2) * 10


def _values(words: list[str]) -> list[tuple[int, list[str]]]:
    forms = [fold(word).replace("_", " ").split("/") for word in words]
    return [(_value(place), said) for place, said in enumerate(forms)]


def _complete(code: str, basic: list[str]) -> dict[str, int]:
    numbers = _values(basic)
    found = {form: value for value, forms in numbers for form in forms}
    for value, form in (*_of_two(code, numbers), *_hundreds(code, numbers)):
        found.setdefault(form, value)
    return found


def _of_two(code: str, numbers: list[tuple[int, list[str]]]) -> Iterator[tuple[int, str]]:
    """Put tens and ones together; the French go on to nineteen after sixty and eighty."""
    for ten, tens in numbers[_TWENTY:-1]:
        last = _TWENTY if code == "fr" and ten in (60, 80) else 10
        for one, forms in numbers[1:last]:
            for (tens_said, one_said), join in product(product(tens, forms), _JOINED[code]):
                yield ten + one, join.format(ten=tens_said, one=one_said, cut=tens_said[:-1])


def _hundreds(code: str, numbers: list[tuple[int, list[str]]]) -> Iterator[tuple[int, str]]:
    for one, forms in numbers[1:10]:
        for form, hundred in product(forms, numbers[-1][1]):
            yield from ((100 * one, form + hundred), (100 * one, f"{form} {hundred}"))
        yield from ((1000 * one, form + _THOUSANDS[code]) for form in forms)
    for place, written in enumerate(_rows(_HUNDREDS).get(code, ()), 2):
        yield from ((100 * place, form) for form in fold(written).split("/"))


def _rows(table: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in table.strip().splitlines():
        code, *words = line.split()
        found.setdefault(code, []).extend(words)
    return found


def _stems() -> dict[str, dict[str, int]]:
    tens = _rows(_STEMS_OF_TENS)
    hundreds = _rows(_STEMS_OF_HUNDREDS)
    return {
        code: {
            fold(stem).replace("'", ""): value
            for value, forms in (*_valued([*words, *tens[code]]), *_hundreds_of(hundreds.get(code, [])))
            for stem in forms
        }
        for code, words in _rows(_STEMS).items()
    }


def _hundreds_of(words: list[str]) -> list[tuple[int, list[str]]]:
    return [(100 * place, stems.split(",")) for place, stems in enumerate(words, 2)]


def _valued(words: list[str]) -> list[tuple[int, list[str]]]:
    return [(_value(place), stems.split(",")) for place, stems in enumerate(words)]


WORDS: dict[str, dict[str, int]] = {code: _complete(code, words) for code, words in _rows(_BASIC).items()}
"""By language, all numbers in words up to a hundred, ordinals among them; those of several words with a space."""
STEMS: dict[str, dict[str, int]] = _stems()
"""By language, how words begin."""
OTHERS: dict[str, int] = {
    form: value
    for words in _rows(_OTHERS).values()
    for value, forms in enumerate(words)
    for form in fold(forms).split("/")
}
"""What is known of further languages, all together."""
