# ruff: noqa: RUF001 - words of other alphabets
"""The words by which a language is told: the most frequent ones, and those of support mail."""

_LATIN = {
    "en": "the and you your to of is it in for we are this that have with be on our not can will if please as us "
    "from was has at by or but so do been when what would there my any thank thanks which how me they about get "
    "could should were here out their hello i am did been an a don t ll ve re won didn doesn isn haven may might us "
    "just want need does know see",
    "de": "der die das und ist nicht sie ihr ihre ihnen ihrer ihren wir uns ich mit für auf zu den dem des ein eine "
    "einen einer von bei haben hat wird werden kann können bitte vielen dank wenn auch oder aber noch nur sich im am "
    "an als wie dass nach aus um sehr unser unsere mein meine sind war über bis zum zur es wurde leider gerne dann "
    "vor habe keine schon damit dieser diese hier jetzt möchte möchten sobald du dir dein deine hast",
    "fr": "le la les des et est vous votre vos nous notre de du un une pour dans sur avec pas que qui ne ce cette "
    "sont avons avez être été par plus au aux merci bonjour je si il elle mais ou en se sera pouvez veuillez afin "
    "leur vers très bien nos même chez tous ai puis l d qu n c j à dès cordialement votre y",
    "es": "el la los las de que y en un una por para con no su sus se le lo del al es está usted nosotros nuestro "
    "nuestra gracias hola puede como más pero si ha hemos este esta muy también cuando ya son han fue sobre desde "
    "favor pedido te tu mi me hay sin ser tiene estamos a días aquí tengo quiero nos les eso",
    "pt": "o a os as de que e em um uma por para com não seu sua seus se do da dos das no na nos nas ao é está você "
    "nós nosso nossa obrigado obrigada olá pode como mais mas foi este esta muito também quando já são ser tem sobre "
    "até pelo pela favor isso temos estamos ou dias aqui enviamos",
    "it": "il lo la i gli le di che e in un una per con non si del della dei delle al alla è sono ha abbiamo suo sua "
    "vostro nostro nostra grazie ciao può come più ma questo questa molto anche quando già da dal se ci ho nel nella "
    "sul essere stato tuo favore buongiorno gentile l d un vi le ai giorni qui ti tua tuoi",
    "nl": "de het een en van is niet u uw je jouw wij we ons onze met voor op te in dat die dit zijn hebben heeft "
    "wordt worden kan kunt graag bedankt als ook of maar nog naar bij aan er om deze door uit over mijn ik was zal "
    "zou heb wel geen dan alstublieft beste hebt",
    "sv": "och att det som är inte för på med av till vi du din dig er ert har en ett den de om kan ska kommer tack "
    "hej så men från vara här när eller också vår vårt jag mig ni blir skulle sig finns någon bara alla efter ditt "
    "vid igen mer mycket gärna oss",
    "da": "og at det som er ikke for på med af til vi du din dig jer har en et den de om kan skal kommer tak hej så "
    "men fra være her når eller også vores jeg mig bliver ville sig findes noget bare alle efter dit ved blev hvis "
    "kunne hvornår os jeres nogen mere meget igen stadig",
    "no": "og at det som er ikke for på med av til vi du din deg dere har en et den de om kan skal kommer takk hei "
    "så men fra være her når eller også vår vårt jeg meg blir ville seg finnes noe bare alle etter ditt ved ble hvis "
    "kunne oss deres noen mer mye igjen fortsatt nå gjerne",
    "fi": "ja on ei se että ole olemme olet voit kanssa sinun teidän meidän kun jos mutta myös tai tämä kiitos hei "
    "niin ovat oli olisi sekä jotta voimme voi minun mitä joka nyt vielä vain hyvää päivää ystävällisin terveisin "
    "tilauksesi te sen",
    "pl": "i w z na do się nie jest to że dla o od po za jak czy ale lub oraz przez przed być są ma mamy pan pani "
    "państwo proszę dziękujemy dziękuję dzień dobry twoje twój nasz nasze może można jeśli już tylko ze by ten ta te "
    "tego tym został zostało będzie będą aby",
    "cs": "a v je na se to že s z do o k i ve ale za by si pro jak jsme jste jsou bude byl byla není nebo než vás "
    "vám váš vaše prosím děkujeme děkuji dobrý den může můžete pokud když také už jen od po tak ještě toto naše",
    "sk": "a v je na sa to že s z do o k ale za by si pre ako sme ste sú bude bol bola nie alebo než vás vám váš "
    "vaše prosím ďakujeme ďakujem dobrý deň môže môžete ak keď tiež už len od po tak ešte toto naše",
    "hu": "a az és nem hogy is egy van meg de ha csak már még ez azt ön önnek kérjük köszönjük köszönöm tisztelt "
    "üdvözlettel lehet vagy mint kell nincs volt lesz fel el be ki után által szerint itt ezt minden",
    "ro": "și si în la cu pe nu un pentru este sunt ați am dumneavoastră vă ne mulțumim mulțumesc bună ziua vom va "
    "fi fost sau dar dacă mai să care din ce cum prin după între acest această se al ale noastre rog de o",
    "tr": "ve bir bu için ile da de çok ama siz sizin size bize olarak olan değil var yok daha gibi kadar sonra "
    "lütfen teşekkürler teşekkür ederiz ederim merhaba mi mı ne veya ya her en sayın iyi günler olduğu tarafından "
    "bizim",
    "id": "yang dan di untuk dengan tidak ini itu anda kami kita saya dari ke pada akan adalah atau dapat bisa telah "
    "sudah jika karena terima kasih silakan mohon juga ada oleh dalam sebagai agar belum lebih",
    "vi": "và của là có không cho bạn chúng tôi với được các một những này đã sẽ trong khi để từ vui lòng cảm ơn nếu "
    "hoặc xin chào quý khách thì cũng về",
    "hr": "i u je na se da za ne s od su li što kao ali ili kako vam vas vaš vaša naše smo ste bi će biti nije samo "
    "možete molimo hvala poštovani ako kada već još do iz po ovo",
    "ca": "el la els les de que i en un una per amb no seu seva és està nosaltres gràcies hola pot com més però si "
    "ha hem aquest aquesta molt també quan ja són del al els nostre",
}

_CYRILLIC = {
    "ru": "и в не на что с по вы ваш вас вам мы для это как но или если бы от за из к у о есть был будет "
    "здравствуйте спасибо пожалуйста можете наш также уже только все чтобы при этот она он они ещё еще нет может я "
    "что мне",
    "uk": "і в не на що з по ви ваш вас вам ми для це як але або якщо б від за із до у про є був буде вітаємо "
    "дякуємо дякую будь ласка можете наш також вже тільки всі щоб при цей вона він вони ще немає може та й",
    "bg": "и в не на че с по вие ваш вас ви ние за това как но или ако от из до у е са беше ще здравейте благодарим "
    "благодаря моля можете нашия също вече само всички да при този тя той те още няма може се",
    "sr": "и у не на да с по ви ваш вас вам ми за то како али или ако од из до је су био ће поштовани хвала молимо "
    "можете наш такође већ само сви при овај она он они још нема може се",
}

WEIGHTED_LETTERS = {
    "ß": "de", "ñ": "es", "¿": "es", "¡": "es", "ã": "pt", "õ": "pt", "œ": "fr", "ł": "pl", "ą": "pl", "ę": "pl",
    "ż": "pl", "ř": "cs", "ě": "cs", "ů": "cs", "ľ": "sk", "ő": "hu", "ű": "hu", "ğ": "tr", "ş": "tr", "ı": "tr",
    "ă": "ro", "ț": "ro", "ș": "ro", "ơ": "vi", "ư": "vi", "ạ": "vi", "ế": "vi", "ộ": "vi", "ы": "ru", "э": "ru",
    "ё": "ru", "і": "uk", "ї": "uk", "є": "uk", "ґ": "uk", "ј": "sr", "љ": "sr", "њ": "sr", "ћ": "sr", "ђ": "sr",
    "ъ": "bg",
}  # fmt: skip
"""Letters and signs that speak for one language."""


def _weigh(languages: dict[str, str]) -> dict[str, tuple[tuple[str, float], ...]]:
    """Return what each word says for which language; a word of several languages says less for each."""
    found: dict[str, list[str]] = {}
    for code, line in languages.items():
        for word in set(line.split()):
            found.setdefault(word, []).append(code)
    return {word: tuple((code, 1 / len(codes)) for code in codes) for word, codes in found.items()}


STOP_WORDS = _weigh(_LATIN) | _weigh(_CYRILLIC)
"""What a word says for which languages."""
SPELLED_OUT = frozenset(_LATIN) | frozenset(_CYRILLIC)
"""Languages told by their words rather than by their script alone."""
