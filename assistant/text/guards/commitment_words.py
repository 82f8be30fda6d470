"""How promises are worded, in the languages that are spoken most at help desks; everything is folded to small letters.

The expressions are parts that stand behind a word boundary. `will` announces, `done` tells that it has been done or is
under way, `never` turns it into its opposite, and `wished` tells what somebody else wants.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["refund", "discount", "replacement", "callback"]

KINDS: Mapping[Kind, Mapping[str, str]] = {
    "refund": {
        "en": r"refund\w*|reimburs\w*|money back|credit(?:ed)? (?:it |this |that )?(?:back|to your)",
        "de": r"(?:rück|zurück)?erstatt\w*|geld zurück|gutgeschrieben|gutschrift|zurücküberwei\w*",
        "fr": r"rembours\w*",
        "es": r"reembols\w*|(?:devol\w+|devuelv\w+) (?:el|su|tu) dinero|devolución del dinero",
        "it": r"rimbors\w*",
        "nl": r"terugbeta\w*|geld terug|terugstort\w*",
        "pt": r"reembols\w*|estorn\w*|devol\w+ (?:o|seu) dinheiro",
    },
    "discount": {
        "en": r"discount\w*|voucher\w*|coupon\w*|promo(?:tional)? code\w*|free of charge|for free|"
        r"at no (?:extra )?cost|complimentary|waiv\w+",
        "de": r"rabatt\w*|gutschein\w*|(?:preis)?nachlass\w*|kostenlos\w*|kostenfrei\w*|gratis|ermäßig\w*",
        "fr": r"remise\w*|réduction\w*|bons? d'achat|gratuit\w*|geste commercial",
        "es": r"descuento\w*|cup(?:ón|ones)|vales?|gratis|gratuit\w*",
        "it": r"scont[oi]|buon[oi] (?:sconto|acquisto)|gratis|gratuit\w*",
        "nl": r"korting\w*|tegoedbon\w*|gratis|kosteloos",
        "pt": r"descontos?|cup(?:om|ons|ão|ões)|grátis|gratuit\w*",
    },
    "replacement": {
        "en": r"replac\w+|exchange\w*|swap\w*",
        "de": r"ersatz\w*|umtausch\w*|umgetauscht|austausch\w*|ausgetauscht|ersetz\w*",
        "fr": r"rempla[cç]\w*|échang\w*",
        "es": r"reempla[zc]\w*|sustitu\w*|repuesto",
        "it": r"sostitu\w*|rimpiazz\w*",
        "nl": r"vervang\w*|omruil\w*|omgeruild",
        "pt": r"substitu\w*|troca(?:r\w*|mos)?",
    },
    "callback": {
        "en": r"call(?:ing)? (?:you|u)\b|call(?:ing)? back|(?:give|giving) you a (?:call|ring)|callback|"
        r"(?:phone|phoning|ring|ringing) you",
        "de": r"rückruf\w*|(?:zurück|an)(?:zu)?rufen|ruf\w*\b[^.!?]{0,40}\b(?:an|zurück)|telefonisch (?:bei|melden)",
        "fr": r"(?:vous|te) (?:r?appel\w+|téléphon\w+)|rappel(?:ons|er\w*)",
        "es": r"(?:le|te|lo|la|os) (?:volver\w+ a )?llam\w+|llamar(?:le|te|lo|la|emos|é)",
        "it": r"(?:la|ti|vi) (?:ri)?chiam\w+|(?:ri)?chiamar(?:la|ti|vi)",
        "nl": r"terugbel\w*|bel(?:len)? (?:ik |we |wij )?(?:u|je|jou)|(?:u|je|jou) (?:op|terug)?(?:te )?bellen",
        "pt": r"(?:lhe|te|você) lig\w+|lig(?:ar|aremos|arei|amos|o) (?:para|de volta|a) ",
    },
}
"""What can be promised, by language."""

_HINTS: Mapping[Kind, str] = {
    "refund": "refund,reimburs,money_back,credit,erstatt,geld_zurück,gutgeschrieben,gutschrift,zurücküberwei,rembours,"
    "reembols,dinero,rimbors,terugbeta,geld_terug,terugstort,estorn,dinheiro",
    "discount": "discount,voucher,coupon,promo,free_of_charge,for_free,at_no_,complimentary,waiv,rabatt,gutschein,"
    "nachlass,kostenlos,kostenfrei,gratis,ermäßig,remise,réduction,d'achat,gratuit,geste_commercial,descuento,cup,vale,"
    "scont,buon,korting,tegoedbon,kosteloos,desconto,grátis",
    "replacement": "replac,exchang,swap,ersatz,umtausch,umgetauscht,austausch,ausgetauscht,ersetz,rempla,échang,"
    "reempla,sustitu,repuesto,sostitu,rimpiazz,vervang,omruil,omgeruild,substitu,troca",
    "callback": "call,ring,phon,ruf,telefonisch,appel,téléphon,llam,chiam,bel,lig",
}
HINTS = {kind: tuple(words.replace("_", " ").split(",")) for kind, words in _HINTS.items()}
"""Letters of which some stand in each wording of these, in whatever language: without any, there is no promise."""

WILL: Mapping[str, str] = {
    "en": r"(?:we|i|you|they|it|he|she|team)'ll|will|shall|going to|promise|guarantee|let me|entitled|happy to|"
    r"(?:we|i)(?:'re| are|'m| am)|(?:we|i) can",
    "de": r"werde\w*|wird|wirst|bekommen sie|erhalten sie|bekommst|erhältst|sie (?:erhalten|bekommen)|garantier\w*|"
    r"versprech\w*|(?:wir|ich) (?:\w+en?|\w+e) (?:ihnen|dir|euch|sie|dich)|\w+en wir|\w+e ich|können wir|kann ich",
    "fr": r"(?:nous|je|vous) (?:vous )?\w+(?:rons|rai|rez)|sera|seront|(?:allons|vais|allez)|garanti\w*|promet\w*|"
    r"pouvons",
    "es": r"\w+(?:remos|ré|rá|rán)|vamos a|voy a|garanti\w*|promet\w*|podemos|puedo",
    "it": r"\w+(?:remo|rò|rà|rete|ranno)|garanti\w*|promett\w*|possiamo|posso",
    "nl": r"zal|zullen|zult|gaan|krijgt|ontvangt|garander\w*|belov\w*|beloof|kunnen we|kan ik|"
    r"(?:we|wij|ik) \w+ (?:u|je)",
    "pt": r"\w+(?:remos|rei|rá|rão)|vamos|vou|garant\w*|promet\w*|podemos|posso",
}
DONE: Mapping[str, str] = {
    "en": r"(?:have|has|\w+'ve) (?:\w+ )?(?:been|issued|refunded|approved|arranged|applied|added|sent|processed|"
    r"credited|replaced|ordered|scheduled|waived|given)|(?:was|were|is being|are being) \w+ed|"
    r"on (?:its|the) way|enclosed",
    "de": r"haben|habe|wurde\w*|worden|unterwegs|ist veranlasst",
    "fr": r"(?:avons|ai|a|ont) (?:été )?\w+|en (?:cours|route)",
    "es": r"(?:hemos|he|ha|han) (?:sido )?\w+|en camino",
    "it": r"(?:abbiamo|ho|è stat\w|sono stat\w)|in arrivo",
    "nl": r"(?:hebben|heb|is|zijn|werd) \w+|onderweg",
    "pt": r"(?:foi|foram|fizemos|fiz) \w+|já \w+|a caminho",
}
NEVER: Mapping[str, str] = {
    "en": r"not|\w+n't|cannot|never|no|nor|unable|without|neither|unless",
    "de": r"nicht|kein\w*|nie|niemals|ohne|weder|leider|sofern|sobald",
    "fr": r"pas|aucun\w*|jamais|sans|ni",
    "es": r"no|ningun\w*|nunca|sin|ni",
    "it": r"non|nessun\w*|mai|senza|né",
    "nl": r"niet|geen|nooit|zonder|noch",
    "pt": r"não|nenhum\w*|nunca|sem|nem",
}
WISHED: Mapping[str, str] = {
    "en": r"if|whether|you(?:'d|'ve asked| would| want| wanted| asked| requested| wish| prefer| mentioned| were|"
    r" could| can| may)|"
    r"your request|status of|policy|before|once|to check|how to|let us know|when you",
    "de": r"wenn|falls|ob|möchten sie|sie (?:möchten|wünschen|wollen|können)|du (?:möchtest|willst|kannst)|"
    r"ihre anfrage|bevor|prüfen|prüfe",
    "fr": r"si|vous (?:souhaitez|voulez|demandez|pouvez|avez demandé)|votre demande|avant|vérifi\w*",
    "es": r"si|(?:usted )?(?:desea|quiere|puede|pidió|solicitó)|su solicitud|antes|comprobar\w*|verificar\w*",
    "it": r"se|(?:lei )?(?:desidera|vuole|può|ha chiesto)|la sua richiesta|prima|verific\w*",
    "nl": r"als|indien|of|u (?:wilt|wenst|kunt|vroeg)|uw verzoek|voordat|nagaan",
    "pt": r"se|(?:você )?(?:deseja|quer|pode|pediu|solicitou)|seu pedido|antes|verificar\w*",
}

DAYS: Mapping[str, str] = {
    "today": r"today|tonight|heute|aujourd'hui|ce soir|hoy|oggi|stasera|vandaag|vanavond|hoje",
    "tomorrow": r"tomorrow|morgen(?! (?:früh )?(?:und|zusammen))|demain|mañana|domani|amanhã",
    "Monday": r"mondays?|montags?|lundi|lunes|lunedì|maandag|segunda(?:-feira)?",
    "Tuesday": r"tuesdays?|dienstags?|mardi|martes|martedì|dinsdag|terça(?:-feira)?",
    "Wednesday": r"wednesdays?|mittwochs?|mercredi|miércoles|mercoledì|woensdag|quarta(?:-feira)?",
    "Thursday": r"thursdays?|donnerstags?|jeudi|jueves|giovedì|donderdag|quinta(?:-feira)?",
    "Friday": r"fridays?|freitags?|vendredi|viernes|venerdì|vrijdag|sexta(?:-feira)?",
    "Saturday": r"saturdays?|samstags?|sonnabends?|samedi|sábado|sabato|zaterdag",
    "Sunday": r"sundays?|sonntags?|dimanche|domingo|domenica|zondag",
    "next week": r"next week|nächsten? woche|kommenden? woche|la semaine prochaine|"
    r"la (?:próxima semana|semana que viene)|la (?:prossima settimana|settimana prossima)|volgende week|"
    r"(?:na )?próxima semana",
    "this week": r"this week|end of the week|dieser woche|diese woche|ende der woche|cette semaine|fin de semaine|"
    r"esta semana|questa settimana|deze week|eind van de week",
    "next month": r"next month|nächsten monat|le mois prochain|el próximo mes|il prossimo mese|volgende maand|"
    r"próximo mês",
}
"""Days without a figure, by what they mean; in all languages at once, since few of them are words of another one."""

_DAY_HINTS = (
    "today,tonight,heute,aujourd'hui,ce soir,hoy,oggi,stasera,vandaag,vanavond,hoje,tomorrow,morgen,demain,mañana,"
    "domani,amanhã,day,tag,lundi,lunes,lunedì,dag,segunda,mardi,martes,martedì,terça,mittwoch,mercredi,miércoles,mercoledì,"
    "quarta,jeudi,jueves,giovedì,quinta,vendredi,viernes,venerdì,sonnabend,samedi,sábado,sabato,dimanche,domingo,"
    "domenica,zondag,week,woche,semaine,semana,settimana,month,monat,mois,mes,mese,maand,mês,sexta"
)
DAY_HINTS = tuple(_DAY_HINTS.split(","))
"""The same of these."""
