"""What models say around an answer, in the languages that helpdesks write in most."""
# ruff: noqa: E501, RUF001 - long expressions, and marks of other scripts

import re

from assistant.text.lazy import regex

AGREEING = (
    "sure thing|sure|certainly|absolutely|of course|no problem|okay|ok|alright|understood|gladly|natürlich|gerne|klar|"
    "selbstverständlich|sicher|bien sûr|certainement|volontiers|d'accord|claro|por supuesto|entendido|perfecto|com certeza|"
    "certo|certamente|perfetto|va bene|natuurlijk|zeker|graag|självklart|visst|selvfølgelig|naturligvis|oczywiście|jasne|"
    "конечно|хорошо|tabii|elbette"
)
"""What one says before an announcement; alternatives of an expression, in small letters."""
_PLEASED = r"(?:i['’]d|i would|i['’]m|i am|happy|glad)(?: be)?(?: happy| glad)? to (?:help|assist)[^.!:\n]{0,30}[.!]\s*"
ACKNOWLEDGEMENT = regex(rf"(?>(?:(?:{AGREEING})(?![^\W_])[\s,.!;—–-]*)+)(?:{_PLEASED})?")
"""What an obliging model begins with; matched in small letters."""

_LEADS = (
    "here is|here's|here’s|here you go|here it is|below is|hier ist|hier die|hier der|hier das|nachfolgend|voici|"
    "ci-dessous|aquí está|aquí tienes|aquí tiene|esta es la|a continuación|aqui está|segue|ecco|di seguito|hier is|"
    "hieronder|här är|här kommer|her er|oto|poniżej|вот|ниже|aşağıda"
)
LEADS = tuple(_LEADS.split("|"))
"""How an announcement begins."""

OPENERS = (*LEADS, *AGREEING.split("|"))
"""How an announcement begins, with or without agreeing first."""

_REWRITTEN_WORDS = (
    "rewritten revised improved edited corrected polished rephrased reworded translated simplified überarbeitete "
    "überarbeiteter umgeschriebene umformulierte verbesserte verbesserter korrigierte korrigierter übersetzte réécrite "
    "réécrit révisée révisé améliorée amélioré corrigée corrigé traduite traduit reformulée reformulé reescrita "
    "reescrito mejorada mejorado corregida corregido traducida traducido revisada revisado melhorada melhorado corrigida corrigido "
    "traduzida traduzido riscritta riscritto migliorata migliorato corretta corretto tradotta tradotto rivista "
    "herschreven verbeterde vertaalde gecorrigeerde omskrivna omskrivet förbättrade forbedrede reviderade poprawiona "
    "ulepszona przetłumaczona przeredagowana переписанный исправленный улучшенный отредактированный переведённый "
    "переписанная исправленная улучшенная düzenlenmiş geliştirilmiş çevrilmiş"
)
REWRITTEN = frozenset(_REWRITTEN_WORDS.split())
"""What was done to the draft; said of a text, and hardly of a parcel."""

_TONE_WORDS = (
    "updated shortened refined expanded friendlier friendly professional empathetic concise shorter clearer confident "
    "positive straightforward enhanced freundlichere gekürzte aangepaste polite politer warmer kinder nicer formal "
    "informal casual final freundliche höfliche höflichere amicale amical aimable polie chaleureuse amable cordial "
    "cordiale gentile amigável vriendelijke vriendelijkere"
)
CHANGED = REWRITTEN | frozenset(_TONE_WORDS.split())
"""The same, and what became of its tone."""

_VERSIONS_WORDS = "version fassung versión versão versione versie wersja версия sürüm"
VERSIONS = frozenset(_VERSIONS_WORDS.split())
"""What an answer is called beside the draft."""

_NAMES_WORDS = (
    "reply response answer draft message text email e-mail translation rewrite revision html antwort entwurf nachricht "
    "übersetzung réponse brouillon traduction texte respuesta borrador mensaje traducción texto resposta rascunho "
    "mensagem tradução risposta bozza messaggio traduzione testo antwoord concept bericht vertaling tekst svar utkast "
    "meddelande översättning oversættelse odpowiedź tłumaczenie wiadomość ответ перевод сообщение текст yanıt cevap "
    "metin çeviri"
)
NAMES = VERSIONS | frozenset(_NAMES_WORDS.split())
"""What an answer is called."""

_LABELS_WORDS = (
    "reply rewrite revision translation draft entwurf übersetzung brouillon traduction borrador traducción "
    "rascunho tradução bozza traduzione vertaling översättning oversættelse tłumaczenie перевод çeviri"
)
LABELS = frozenset(_LABELS_WORDS.split())
"""Those that say enough by themselves, as in `Translation:`."""

LABEL_STARTS = frozenset(word for word in CHANGED | LABELS if not word.startswith("i"))
"""How one begins; not as `I` does, which so many replies begin with that none must wait for its next word."""

BEGUN_LABELS = frozenset(word[:length] for word in LABEL_STARTS for length in range(1, len(word) + 1))
"""What may become one of those."""

EASTERN_START = regex("[好当當以这這下はいこ承もか]")
EASTERN = regex(
    r"(?:好的|当然|當然)?[，,！!。]?\s?(?:以下是|这是|這是|下面是)?[^\n：:]{0,40}(?:改写|改寫|修改|润色|潤色|翻译|翻譯|优化|優化)[^\n：:]{0,20}"
    r"|(?:はい|承知しました|もちろんです|かしこまりました)?[、。！]?\s?(?:以下は|以下が|こちらが|こちらは)[^\n：:]{0,40}(?:返信|文章|翻訳|修正|バージョン)[^\n：:]{0,15}"
)
"""An announcement in Chinese or Japanese, which put no spaces between words."""

EASTERN_LABEL = regex(
    r"(?:改写|改寫|修改|润色|潤色|翻译|翻譯|优化|優化)(?:后|後|版)[^\n：:]{0,8}"
    r"|書き直し(?:た文章|後)?|(?:修正|翻訳)(?:後|版)の?(?:文章|返信|メッセージ)?"
)
"""One that is no more than a name; `修改密码：` is a heading of a reply."""

EASTERN_LABEL_START = frozenset("改修润潤翻优優書")
"""What those begin with."""

_LISTED = (
    "changes made|changes|key changes|main changes|summary of (?:the )?changes|what (?:i|i['’]ve) changed|what changed|"
    "(?:vorgenommene |wichtigste )?änderungen|was ich geändert habe|modifications(?: apportées)?|cambios(?: realizados)?"
)
LISTED_NOTE = regex(
    rf"[#*_\s]{{0,6}}(?:{_LISTED})[*_]{{0,3}}\s?[:：][*_]{{0,3}}[ \t]*+"
    r"(?>(?:\n\s*+(?:[-*•–]|\d{1,2}[.)])[ \t][^\n]*+)+)\s*+\Z",
    re.IGNORECASE,
)
"""What was changed, one by one."""

LISTED_WORDS = ("change", "nderung", "geändert", "modification", "cambios")
"""Of what its heading has one, in small letters."""

OPENING_NOTE = regex(
    r"(?:i(?:['’]ve| have)? (?:rewritten|rewrote|revised|improved|polished|reworded|rephrased|edited|updated|corrected) "
    r"(?:the|your|this) (?:\w+ )?(?:draft|reply|response|text|message|email|e-mail)\b[^:\n]{0,80}|here it is):\s*\n\s*",
    re.IGNORECASE,
)
"""A first line that speaks of the rewriting, as only its end tells: so many replies begin with `I`."""

CLOSING_NOTE = regex(
    r"[(\[*_]{0,4}+(?:"
    r"let me know if you(?:'d|’d| would)? (?:like|want|need)(?: me)? (?:to (?:make|change|adjust|tweak|revise|modify)|(?:any )?(?:\w+ )?(?:changes|adjustments|edits|tweaks|modifications|revisions))(?! to (?:the|your) (?!draft|reply|text|tone|message|wording))"
    r"|would you like me to (?:make|change|adjust|tweak|revise|modify|rewrite)"
    r"|(?:note|notes|explanation|changes(?: made)?)\s?:\s?\**\s?(?:i|the (?:draft|text|rewritten|rewrite|revised)|this (?:version|rewrite|draft))\b"
    r"|i(?:'ve|’ve| have)? (?:rewritten|rewrote|revised|kept|made) (?:the|your|it|this) (?:\w+ )?(?:draft|reply|response|text|message|tone|original)\b"
    r"|this (?:version|rewrite|revision|rewritten (?:reply|version)) (?:is|keeps|maintains|uses|sounds)\b"
    r"|(?:lass|lassen sie) mich wissen, (?:wenn|falls|ob) (?:du|sie) (?:noch )?(?:weitere )?(?:änderungen|anpassungen)"
    r"|n['’]hésite[zs]? pas à me (?:dire|faire savoir) si vous (?:souhaitez|voulez) (?:des|d['’]autres) (?:modifications|changements)"
    r"|(?:avísame|avíseme|dime|hazme saber) si (?:quieres|quiere|deseas|desea|necesitas|necesita) (?:algún |más )?(?:cambio|ajuste)"
    r"|(?:me avise|avise-me) se (?:quiser|precisar de) (?:alguma |mais )?(?:alteraç|mudanç|ajuste)"
    r"|fammi sapere se (?:vuoi|desideri) (?:altre )?modifiche"
    r")",
    re.IGNORECASE,
)
"""A last paragraph that speaks of the rewriting, not to the customer."""
