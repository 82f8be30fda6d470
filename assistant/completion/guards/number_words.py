# ruff: noqa: RUF001 - words of other alphabets
"""Small numbers and months in words, so that `2` may become "two" and 03/05 "3 May"."""

_ONES = {
    "ar": "صفر واحد/واحدة اثنان/اثنين/اثنتان ثلاثة/ثلاث أربعة/أربع خمسة/خمس ستة/ست سبعة/سبع ثمانية/ثماني تسعة/تسع "
    "عشرة/عشر",
    "cs": "nula jeden/jedna/jedno/jednu/jednoho dva/dvě/dvou tři/tří čtyři pět/pěti šest/šesti sedm/sedmi osm/osmi "
    "devět/devíti deset/deseti jedenáct dvanáct",
    "da": "nul en/et to tre fire fem seks syv otte ni ti elleve tolv",
    "de": "null/kostenlos/gratis ein/eine/einen/einem/einer/eins/einmal/erste/ersten zwei/zweimal/beide/beiden/zweite/"
    "zweiten/doppelt drei/dreimal/dritte/dritten vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn "
    "fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig",
    "el": "μηδέν ένα/ένας/μία/μια δύο/δυο τρεις/τρία τέσσερις/τέσσερα πέντε έξι επτά/εφτά οκτώ/οχτώ εννέα/εννιά δέκα",
    "en": "zero/no/none/free one/a/an/once/single/first two/twice/both/double/couple/pair/second "
    "three/thrice/triple/third four/fourth five/fifth six/sixth seven/seventh eight/eighth nine/ninth ten/tenth "
    "eleven twelve/dozen thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty",
    "es": "cero/gratis un/uno/una/primer/primera/primero dos/ambos/ambas/doble/segundo/segunda tres/tercer/tercera "
    "cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho "
    "diecinueve veinte",
    "fi": "nolla yksi/yhden kaksi/kahden/kahdessa kolme/kolmen neljä/neljän viisi/viiden kuusi/kuuden "
    "seitsemän kahdeksan yhdeksän kymmenen",
    "fr": "zéro/gratuit/gratuite un/une/premier/première deux/double/deuxième/seconde trois/troisième quatre cinq "
    "six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf vingt",
    "hu": "nulla egy/első két/kettő/kétszer három négy öt hat hét nyolc kilenc tíz",
    "it": "zero/gratis un/uno/una/primo/prima due/doppio/seconda/secondo tre/terzo quattro cinque sei sette otto "
    "nove dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove venti",
    "nl": "nul/gratis een/één/eerste twee/beide/dubbel/tweede drie/derde vier vijf zes zeven acht negen tien elf "
    "twaalf dertien veertien vijftien zestien zeventien achttien negentien twintig",
    "no": "null én/ett/ei to tre fire fem seks sju åtte ni ti elleve tolv",
    "pl": "zero jeden/jedna/jedno/jedną/jednego/jednym dwa/dwie/dwóch/dwoje/dwukrotnie trzy/trzech cztery/czterech "
    "pięć/pięciu sześć/sześciu siedem/siedmiu osiem/ośmiu dziewięć/dziewięciu dziesięć/dziesięciu jedenaście "
    "dwanaście",
    "pt": "zero/grátis um/uma/primeiro/primeira dois/duas/ambos/dobro/segundo/segunda três/terceiro quatro cinco "
    "seis sete oito nove dez onze doze treze quatorze/catorze quinze dezesseis dezessete dezoito dezenove vinte",
    "ro": "zero un/o/una doi/două/ambele trei patru cinci șase șapte opt nouă zece unsprezece doisprezece",
    "ru": "ноль один/одна/одно/одного/одной/одну/одном два/две/двух/двумя/дважды/оба/обе три/трех/трёх "
    "четыре/четырех/четырёх пять/пяти шесть/шести семь/семи восемь/восьми девять/девяти десять/десяти одиннадцать "
    "двенадцать",
    "sv": "noll en/ett/första två/båda/dubbelt/andra tre/tredje fyra fem sex sju åtta nio tio elva tolv",
    "tr": "sıfır bir/birinci iki/ikinci/çift üç dört beş altı yedi sekiz dokuz on",
    "uk": "нуль один/одна/одно/одного/одну два/дві/двох/двічі три/трьох чотири/чотирьох п'ять/п'яти шість сім вісім "
    "дев'ять десять",
}
"""From nought upwards; forms of one number are parted by a stroke."""

_TENS = (
    "twenty thirty forty fifty sixty seventy eighty ninety hundred",
    "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert",
    "vingt trente quarante cinquante soixante soixante-dix quatre-vingts quatre-vingt-dix cent",
    "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien",
    "venti trenta quaranta cinquanta sessanta settanta ottanta novanta cento",
    "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa cem",
    "twintig dertig veertig vijftig zestig zeventig tachtig negentig honderd",
    "dwadzieścia trzydzieści czterdzieści pięćdziesiąt sześćdziesiąt siedemdziesiąt osiemdziesiąt dziewięćdziesiąt sto",
    "двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто сто",
    "yirmi otuz kırk elli altmış yetmiş seksen doksan yüz",
    "tjugo trettio fyrtio femtio sextio sjuttio åttio nittio hundra",
)

_MONTHS = (
    "jan jän gen ene янв січ led oca يناير ינואר ιαν",
    "feb fev fév fév لutego lut фев лют úno şub فبراير פברואר φεβ",
    "mar mär mrz maa mrt märz бер мар bře مارس מרץ μαρ",
    "apr abr avr kwi апр кві dub nis أبريل אפריל απρ",
    "may mai maj mei mag май мая мае тра kvě مايو מאי μαΐ μαι μάι maio",
    "jun juin giu cze июн чер kes haz čer يونيو יוני ιου",
    "jul juil lug lip июл лип heinä tem čvc يوليو יולי",
    "aug ago aoû авг сер sie elo ağu srp أغسطس אוגוסט αυγ",
    "sep set sept wrz сен вер syy eyl zář سبتمبر ספטמבר σεπ",
    "oct okt ott out paź окт жов lok eki říj أكتوبر אוקטובר οκτ",
    "nov lis ноя лис mar kas نوفمبر נובמבר νοε",
    "dec dez dic déc gru дек гру jou ara pro ديسمبر דצמבר δεκ",
)
"""How the names of the months begin."""


def _small() -> dict[str, int]:
    found: dict[str, int] = {}
    for line in _ONES.values():
        for value, forms in enumerate(line.split()):
            found.update(dict.fromkeys(forms.split("/"), value))
    for line in _TENS:
        found.update({word: value * 10 for value, word in enumerate(line.split(), 2)})
    return found


SMALL = _small()
"""The value of a word, whatever its language: enough to excuse a change, not to accuse one."""
MONTHS = {start: number for number, starts in enumerate(_MONTHS, 1) for start in starts.split()}
"""The number of the month whose name begins so."""
FACTORS = {
    **dict.fromkeys(
        ("k", "K", "thousand", "tausend", "mil", "mille", "mila", "tys", "тыс", "тысяч", "duizend", "bin"), 1000
    ),
    **dict.fromkeys(("M", "m", "million", "millions", "Mio", "Million", "Millionen", "millones", "milhões"), 1_000_000),
    **dict.fromkeys(("milioni", "mln", "млн", "miljoen", "miljoner", "milyon"), 1_000_000),
    **dict.fromkeys(("千",), 1000),
    **dict.fromkeys(("万", "萬", "만"), 10_000),
}
"""What a word after a number multiplies it by."""
IDEOGRAPHS = {sign: value for value, sign in enumerate("〇一二三四五六七八九十")} | {"零": 0, "两": 2, "兩": 2}
"""Chinese and Japanese figures."""
