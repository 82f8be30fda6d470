# ruff: noqa: RUF001 - texts in other alphabets
"""The answer is in the draft's language, or in the one asked for."""

import pytest

from assistant.text.language.detector import detect
from assistant.text.language.names import code_of
from tests.assistant.text.guards.checking import Pair, ask, assert_found, faithful, unfaithful
from tests.customers import messages

SAMPLES = {
    "en": "Your parcel is still at the depot, and we will send it again as soon as we can. Please tell us when you "
    "are at home.",
    "de": "Ihr Paket liegt noch im Lager, und wir schicken es noch einmal, sobald wir können. Bitte sagen Sie uns, "
    "wann Sie da sind.",
    "fr": "Votre colis est encore au dépôt et nous allons le renvoyer dès que possible. Dites-nous quand vous êtes "
    "chez vous.",
    "es": "Su paquete sigue en el almacén y se lo enviaremos de nuevo lo antes posible. Díganos cuándo está en casa, "
    "por favor.",
    "pt": "A sua encomenda ainda está no armazém e vamos enviá-la de novo assim que possível. Diga-nos quando está "
    "em casa.",
    "it": "Il suo pacco è ancora in magazzino e lo invieremo di nuovo appena possibile. Ci dica quando è a casa, per "
    "favore.",
    "nl": "Uw pakket ligt nog in het magazijn en wij sturen het zo snel mogelijk opnieuw. Laat ons weten wanneer u "
    "thuis bent.",
    "sv": "Ditt paket ligger kvar på lagret och vi skickar det igen så snart vi kan. Säg gärna till när du är hemma.",
    "da": "Din pakke ligger stadig på lageret, og vi sender den igen, så snart vi kan. Sig til, hvornår du er "
    "hjemme, tak.",
    "no": "Pakken din ligger fortsatt på lageret, og vi sender den igjen så snart vi kan. Si fra når du er hjemme, "
    "takk.",
    "fi": "Pakettisi on vielä varastolla, ja lähetämme sen uudelleen heti kun voimme. Kerro meille, milloin olet "
    "kotona, kiitos.",
    "pl": "Twoja paczka jest jeszcze w magazynie i wyślemy ją ponownie, gdy tylko będzie to możliwe. Proszę nam "
    "napisać, czy to pasuje.",
    "cs": "Váš balík je ještě ve skladu a pošleme ho znovu, jakmile to bude možné. Napište nám prosím, kdy jste doma.",
    "hu": "A csomag még a raktárban van, és amint lehet, újra elküldjük. Kérjük, írja meg, hogy mikor van otthon, "
    "köszönjük.",
    "ro": "Coletul este încă în depozit și îl vom trimite din nou cât mai repede. Vă rugăm să ne spuneți când "
    "sunteți acasă.",
    "tr": "Paketiniz hâlâ depoda ve en kısa sürede yeniden göndereceğiz. Lütfen evde olduğunuz zamanı bize yazın, "
    "teşekkürler.",
    "id": "Paket Anda masih di gudang dan kami akan mengirimnya lagi secepat mungkin. Mohon beri tahu kami jika Anda "
    "sudah di rumah.",
    "vi": "Gói hàng của bạn vẫn ở kho và chúng tôi sẽ gửi lại trong thời gian sớm nhất. Vui lòng cho chúng tôi biết "
    "khi bạn có ở nhà.",
    "ru": "Ваша посылка ещё на складе, и мы отправим её снова, как только сможем. Пожалуйста, напишите, когда вы "
    "будете дома.",
    "uk": "Ваша посилка ще на складі, і ми відправимо її знову, щойно зможемо. Будь ласка, напишіть, коли ви будете "
    "вдома.",
    "el": "Το δέμα σας είναι ακόμα στην αποθήκη και θα το στείλουμε ξανά το συντομότερο δυνατό.",
    "he": "החבילה שלך עדיין במחסן ונשלח אותה שוב בהקדם האפשרי.",
    "ar": "طردك ما زال في المستودع وسنرسله مرة أخرى في أقرب وقت ممكن.",
    "fa": "بسته شما هنوز در انبار است و ما آن را در اولین فرصت دوباره می‌فرستیم.",
    "ja": "お荷物はまだ倉庫にございます。できるだけ早く再送いたします。",
    "zh": "您的包裹仍在仓库，我们会尽快重新寄出。",
    "ko": "고객님의 소포는 아직 창고에 있으며 최대한 빨리 다시 보내 드리겠습니다.",
    "hi": "आपका पार्सल अभी भी गोदाम में है और हम उसे जल्द से जल्द फिर से भेजेंगे।",
    "th": "พัสดุของคุณยังอยู่ที่คลังสินค้า เราจะส่งอีกครั้งโดยเร็วที่สุด",
}
NAMES = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "pt": "Portuguese",
    "it": "Italian",
    "ja": "Japanese",
}
FAITHFUL = {
    "English stays": faithful("its at the depot, we'll send it", "It is at the depot and we will send it to you."),
    "German stays": faithful(
        "is noch im lager, schicken wir euch", "Das Paket ist noch im Lager; wir schicken es Ihnen."
    ),
    "too short to tell": faithful("ok danke", "Alright, thanks."),
    "names and numbers": faithful("Sam Dana Priya 4711 LB-20446", "Sam, Dana und Priya: 4711, LB-20446"),
    "English terms in German": faithful(
        "Checkout und Login sind down", "Der Checkout und der Login sind leider gerade nicht erreichbar."
    ),
    "a quotation in another language": faithful(
        "Die Meldung „The file could not be found on the server“ ist harmlos, bitte ignorieren Sie die.",
        "Bitte ignorieren Sie die Meldung „The file could not be found on the server“, sie ist harmlos.",
    ),
    "translated": faithful(SAMPLES["en"], SAMPLES["de"], language="German"),
    "in the language already": faithful(SAMPLES["fr"], SAMPLES["fr"], language="French"),
    "a region": faithful(SAMPLES["en"], SAMPLES["pt"], language="Brazilian Portuguese"),
    "by its own name": faithful(SAMPLES["en"], SAMPLES["es"], language="español"),
    "by its code": faithful(SAMPLES["en"], SAMPLES["nl"], language="nl-BE"),
    "a language not known": faithful(
        SAMPLES["en"], "Pakk on veel laos ja saadame selle uuesti niipea kui saame.", language="Estonian"
    ),
    "a language nobody knows": faithful(SAMPLES["en"], SAMPLES["en"], language="Klingon"),
    "Danish and Norwegian": faithful(SAMPLES["no"], SAMPLES["da"]),
    "Chinese in a Japanese draft": faithful(
        "保存、終了、設定、確認、送信、変更", "保存を終了し、設定を確認して送信してください。"
    ),
    "links around": faithful(
        "https://example.com/wo-ist-mein-paket-und-wann-kommt-es",
        "https://example.com/wo-ist-mein-paket-und-wann-kommt-es ok",
    ),
}
UNFAITHFUL = {
    "German answered in English": unfaithful(
        SAMPLES["de"], SAMPLES["en"], "The answer is in English; the draft is in German."
    ),
    "French answered in English": unfaithful(SAMPLES["fr"], SAMPLES["en"], "the draft is in French"),
    "Spanish answered in Portuguese": unfaithful(SAMPLES["de"], SAMPLES["pt"], "in Portuguese"),
    "Russian answered in English": unfaithful(SAMPLES["ru"], SAMPLES["en"], "the draft is in Russian"),
    "not translated": unfaithful(
        SAMPLES["en"], SAMPLES["en"], "The answer is in English; German was asked for.", language="German"
    ),
    "translated into another": unfaithful(
        SAMPLES["en"], SAMPLES["es"], "in Spanish; French was asked for", language="French"
    ),
    "not translated into another script": unfaithful(
        SAMPLES["en"], SAMPLES["en"], "Japanese was asked for", language="Japanese"
    ),
    "not translated into a language not known": unfaithful(
        SAMPLES["en"], SAMPLES["en"], "Estonian was asked for", language="Estonian"
    ),
    "Chinese answered in English": unfaithful(SAMPLES["zh"], SAMPLES["en"], "the draft is in Chinese"),
    "a short one": unfaithful(
        "Ihre Bestellung ist da, Sie können sie abholen.", "Your order is here and you can pick it up.", "German"
    ),
    "in HTML": unfaithful(f"<p>{SAMPLES['it']}</p>", f"<p>{SAMPLES['en']}</p>", "the draft is in Italian", html=True),
}


@pytest.mark.parametrize("pair", FAITHFUL.values(), ids=list(FAITHFUL))
def test_keeps_quiet(pair: Pair) -> None:
    """Nothing is said about the right language, nor about what can't be told."""
    assert ask("language", pair) == ()


@pytest.mark.parametrize("pair", UNFAITHFUL.values(), ids=list(UNFAITHFUL))
def test_speaks_up(pair: Pair) -> None:
    """Another language is named."""
    assert_found("language", pair)


@pytest.mark.parametrize("code", SAMPLES)
def test_knows_a_language(code: str) -> None:
    """Two sentences of support mail are enough."""
    assert detect(SAMPLES[code]).code == code


@pytest.mark.parametrize("code", SAMPLES)
def test_takes_no_part_for_another_language(code: str) -> None:
    """Of any stretch of a text, the language is told rightly or not at all."""
    words = SAMPLES[code].split(" ")
    alike = {"da": {"no"}, "no": {"da"}}.get(code, set())
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            assert detect(" ".join(words[start:end])).code in {code, None, *alike}, words[start:end]


def test_takes_no_customer_for_a_foreigner() -> None:
    """Of what customers write in English, mostly one line, none is taken for another language."""
    found = [detect(text).code for text in messages()]
    assert set(found) == {"en", None}
    assert found.count("en") > len(found) / 2


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("German", "de"),
        ("Deutsch", "de"),
        ("de-AT", "de"),
        ("pt_BR", "pt"),
        ("Brazilian Portuguese", "pt"),
        ("Simplified Chinese", "zh"),
        ("chinese (traditional)", "zh"),
        ("Swiss German", "de"),
        ("plain English", "en"),
        ("日本語", "ja"),
        ("Klingon", None),
        ("", None),
        ("a polite tone", None),
    ],
)
def test_knows_the_names_of_languages(name: str, code: str | None) -> None:
    """A language may be given in many ways."""
    assert code_of(name) == code
