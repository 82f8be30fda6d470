"""What a model says about its answer, and what only looks like that."""
# ruff: noqa: RUF001 - other scripts are what it is about

import pytest

from assistant.text.answers.finishing import finish_text
from assistant.text.answers.streaming import StreamText
from assistant.text.masking.masking import Mask, MaskingRules
from tests.assistant.text.masking.building import streamed

DRAFT = "gimme a sec, checking your order"
REPLY = "One moment please, I'm checking your order."

PREAMBLES = [
    "Here is the rewritten reply:\n\n",
    "Here's a more friendly version of the draft:\n\n",
    "Sure! Here is the improved reply:\n",
    "Sure, here you go:\n\n",
    "Certainly. Here’s your revised message: ",
    "**Rewritten reply:**\n\n",
    "Revised version:\n",
    "Of course! Here's the corrected text:\n\n",
    "Translation:\n",
    "Here is your revised draft.\n\n",
    "Natürlich! Hier ist die überarbeitete Antwort:\n\n",
    "Voici la réponse réécrite :\n\n",
    "Bien sûr ! Voici la version améliorée :\n",
    "Aquí tienes la respuesta reescrita:\n\n",
    "Claro, aquí está el texto corregido:\n",
    "Aqui está a resposta reescrita:\n\n",
    "Ecco la risposta riscritta:\n\n",
    "Hier is het herschreven antwoord:\n\n",
    "Вот исправленный ответ:\n\n",
    "以下是改写后的回复：\n\n",
    "好的，以下是修改后的版本：\n",
    "以下は修正した返信です：\n",
    "Of course! I'd be happy to help. Here's the revised version:\n\n",
    "Sure! Here it is:\n\n",
    "Here's the text:\n\n",
    "Final answer: ",
    "Reply: ",
    "Translation (German):\n",
    "Bien sûr ! Voici une version plus amicale :\n\n",
    "Natürlich, hier ist der Text:\n\n",
    "Hier die überarbeitete Nachricht:\n\n",
    "書き直し：\n",
    "修正後の文章：\n\n",
    "改写后：\n",
    "もちろんです。以下が修正した返信です。\n\n",
    "Below is a polite version of your message:\n\n---\n\n",
]
LATE = [
    "I've rewritten your message:\n\n",
    "I have rewritten the draft to be friendlier:\n\n",
    "I’ve polished this reply a little:\n",
    "I revised your email:\n\n",
    "Here it is:\n\n",
]
LEGITIMATE = [
    ("here's ur invoice: INV-1", "Here is your invoice:\n\nINV-1"),
    ("here is the updated version: 4.2", "Here is the updated version: 4.2"),
    ("sure we can", "Sure, we can do that: just tell us when."),
    ("steps: restart", "Please follow these steps:\n\n1. Restart"),
    ("the translation is done", "Translation: it is done."),
    ("I checked", "I have checked your account and everything is in order."),
    ("see the link", "Here it is:\n\nhttps://x.example"),
    ("find it attached", "Here it is:\n\nthe file"),
    ("the message was: x", "Here is the message:\n\nx"),
    ("pls pw", "修改密码：\n请点击设置。"),
    ("I fixed it", "I have updated your order:\n\n2 lamps"),
    ("changes: a, b", "These are the changes:\n- a\n- b"),
    ("what we did", "Done:\n\n- a\n- b"),
    ("reply by mail", "Reply: by mail."),
    ("ok", "Sure, I would be happy to help. Here is what to do: restart."),
    ("hi", "I hope this helps!"),
    ("hi", "Here is what you can do: restart the router."),
    ("text us", "Text us at any time: we answer within a day."),
    ("let me know if you want changes", "Hello,\n\nLet me know if you'd like any changes to the order."),
    ("any q's, ask", "All done.\n\nLet me know if you have any questions."),
    ('say "done"', '"Done" is what we say, and "ready".'),
    ('"quoted"', '"Quoted"'),
    ("run ```x```", "```\nx\n```"),
]
NOTES = [
    "Let me know if you'd like any changes!",
    "Let me know if you want me to adjust the tone.",
    "Note: I kept the tone informal.",
    "(Note: The rewritten reply keeps all facts.)",
    "I've rewritten the draft to sound friendlier.",
    "Would you like me to make it shorter?",
    "Changes made:\n- warmer\n- shorter",
    "**Changes made:**\n\n1. warmer\n2. shorter",
    "What I changed:\n* tone",
    "### Key changes:\n- tone",
    "Änderungen:\n- Ton",
    "Lass mich wissen, wenn du noch Änderungen möchtest.",
]


def finish(answer: str, draft: str = DRAFT) -> str:
    """Return what is left of an answer to a text draft, and see that deltas say the same up to what the end tells."""
    mask = Mask(MaskingRules())
    text = finish_text(answer, mask=mask, draft=draft, html=False).text
    for cuts in ([1], [3, 5], [len(answer)]):
        shown = streamed(StreamText(mask, html=False, draft=draft), answer, cuts)
        assert text in shown
        assert shown.startswith((text, '"', "“", "„", "«", "»"))
    return text


@pytest.mark.parametrize("preamble", PREAMBLES)
@pytest.mark.parametrize("fence", ["", "```\n", "```html\n"])
def test_preambles_and_fences_are_left_out(preamble: str, fence: str) -> None:
    """In the languages that helpdesks write in most, with a fence or without."""
    assert finish(f"{preamble}{fence}{REPLY}{fence and chr(10)}{fence[:3]}") == REPLY


@pytest.mark.parametrize("preamble", LATE)
@pytest.mark.parametrize("fence", ["", "```\n"])
def test_a_preamble_that_begins_as_a_reply_may_is_left_out_at_the_end(preamble: str, fence: str) -> None:
    """No delta waits for it: the whole answer comes without."""
    answer = f"{preamble}{fence}{REPLY}{fence and chr(10)}{fence[:3]}"
    assert finish_text(answer, mask=Mask(MaskingRules()), draft=DRAFT, html=False).text == REPLY


@pytest.mark.parametrize(("draft", "answer"), LEGITIMATE)
def test_a_legitimate_line_stays(draft: str, answer: str) -> None:
    """What speaks to the customer is never taken for a preamble or a note."""
    assert finish(answer, draft) == answer


@pytest.mark.parametrize("note", NOTES)
def test_a_note_about_the_rewriting_is_left_out(note: str) -> None:
    """It is not for the customer."""
    assert finish(f"{REPLY}\n\n{note}") == REPLY
    assert finish(f"{REPLY}\n\n---\n\n{note}\n") == REPLY


@pytest.mark.parametrize("quoted", ['"{}"', "“{}”", "„{}“", "„{}”", "«{}»", "»{}«", '```\n"{}"\n```'])
def test_quotation_marks_around_the_whole_are_left_out(quoted: str) -> None:
    """Unless the draft begins with one."""
    assert finish(quoted.format(REPLY)) == REPLY


def test_what_follows_a_closing_fence_is_left_out() -> None:
    """It speaks of the answer."""
    assert finish(f"```text\n{REPLY}\n\nBye\n```\n\nI made it friendlier.") == f"{REPLY}\n\nBye"


def test_an_html_answer_may_have_its_preamble_in_a_paragraph() -> None:
    """And a fence that says html."""
    mask = Mask(MaskingRules())
    for answer in (
        f"<p>Here is the rewritten reply:</p>\n<p>{REPLY}</p>",
        f"Here is the rewritten HTML:\n```html\n<p>{REPLY}</p>\n```",
    ):
        assert finish_text(answer, mask=mask, draft="<p>gimme a sec</p>", html=True).text == f"<p>{REPLY}</p>"


@pytest.mark.parametrize(
    "first", ["Hello", "Hi Ana,", "I", "Thank", "You", "We", "One", "Please ", "Dear", "Guten", "你好"]
)
def test_the_first_delta_goes_out_at_once(first: str) -> None:
    """When no preamble begins so."""
    assert StreamText(Mask(MaskingRules()), html=False, draft=DRAFT).feed(first) == first.rstrip()


def test_deltas_wait_for_nothing_but_a_token() -> None:
    """The words before it are shown, and the thing once what follows tells that its token is no part of a link."""
    mask = Mask(MaskingRules())
    mask.hide("https://example.com/a", html=False)
    stream = StreamText(mask, html=False, draft="https://example.com/a")
    deltas = ["Please open ", "ZQ", "X1", "LI", "NK", ", then", " wait."]
    assert [stream.feed(delta) for delta in deltas] == [
        "Please open",
        "",
        "",
        "",
        "",
        " https://example.com/a, then",
        " wait.",
    ]


RULES = ["---", "***", "___", "===", "—", "———", "* * *", "- - -", "----------", "⸻", "─────", "━━━━"]
OWN_RULES = [
    ("---\nwe check", "---\nWe check."),
    ("we check\n---", "We check.\n---"),
    ("a\n---\nb", "A\n---\nB"),
    ("x", "One\n---\nTwo"),
    ("x", "- one\n- two"),
    ("x", "-- \nTom"),
    ("x", "— yes, we do"),
    ("x", "**Bold** and *so on*"),
    ("x", "-5 °C outside"),
    ("x", "___"),
]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    "form", ["{p}{r}\n\n{a}\n\n{r}\n\n{n}", "{r}\n\n{a}\n\n{r}", "{p}{a}\n{r}\n{n}", "{r}\n{p}{a}"]
)
def test_rules_around_the_answer_are_left_out(rule: str, form: str) -> None:
    """With a preamble and a note, or without; in HTML too."""
    answer = form.format(p="Here's a friendlier version of your reply:\n\n", r=rule, a="{a}", n=NOTES[0])
    assert finish(answer.format(a=REPLY)) == REPLY
    html = finish_text(
        answer.format(a=f"<p>{REPLY}</p>"), mask=Mask(MaskingRules()), draft="<p>gimme a sec</p>", html=True
    )
    assert html.text == f"<p>{REPLY}</p>"


@pytest.mark.parametrize(
    "answer",
    [
        "<p>Here's the rewritten reply:</p><hr><p>{a}</p><hr><p>{n}</p>",
        "<p>---</p><p>{a}</p><p>---</p>",
        "<hr/><p>{a}</p><hr>",
        "<p>{a}</p>\n<p><em>{n}</em></p>",
        "<p>{a}</p><hr>{n}",
        "<p>{a}</p><p><strong>Changes made:</strong></p><ul><li>a</li><li>b</li></ul>",
        "<p>{a}</p><p>Changes made:<br>- a<br>- b</p>",
    ],
)
def test_rules_and_notes_in_markup_are_left_out(answer: str) -> None:
    """A line across is no part of the reply either."""
    mask, draft = Mask(MaskingRules()), "<p>gimme a sec</p>"
    text = answer.format(a=REPLY, n=NOTES[0])
    assert finish_text(text, mask=mask, draft=draft, html=True).text == f"<p>{REPLY}</p>"
    pieces = [streamed(StreamText(mask, html=True, draft=draft), text, [size]) for size in (1, 4, len(text))]
    assert len(set(pieces)) == 1


@pytest.mark.parametrize(("draft", "answer"), OWN_RULES)
def test_a_rule_of_the_draft_stays(draft: str, answer: str) -> None:
    """At the place where it has one; and what only begins like a rule is none."""
    assert finish(answer, draft) == answer
