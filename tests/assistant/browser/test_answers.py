"""What an agent sees in the reply box of Libredesk 2.5 and 2.7 after a click on a prompt."""

import pytest
from playwright.sync_api import Browser, Response, expect

from tests.assistant.browser.composing import Office
from tests.fakes.helpdesk import Version

LINK = "https://shop.example/returns/7"
ANCHOR = f'<a href="{LINK}">{LINK}</a>'
REFUND = f"<p>Hello Ms Brown,</p><p>we have sent back 19,99 € for order 4711-22.</p><p>The label is here: {ANCHOR}</p>"
GOOD = {
    "2.7": f"<p>Dear Ms Brown,</p><p>your 19,99 € for order 4711-22 are on their way.</p><p>Label: {ANCHOR}</p>",
    "2.5": f"Dear Ms Brown,\n\nyour 19,99 € for order 4711-22 are on their way.\n\nLabel: {LINK}",
}
LOSSES = [
    (("19,99 €", ""), ("19,99",)),
    ((LINK, "our site"), (LINK,)),
    (("19,99 €", "29,99 €"), ("19,99",)),
    ((LINK, "https://shop.example/returns/8"), (LINK,)),
    (("4711-22", ""), ("4711-22",)),
    (("4711-22", "4711-23"), ("4711-22",)),
    ((LINK, ""), (LINK,)),
]
"""What becomes what in the good answer, and what the agent is told to have been lost."""

PARCEL = "<p>Hello Ms Brown,</p><p>your parcel left us today.</p><p>Kind regards</p>"
WANTED = [["Hello Ms Brown,"], ["your parcel left us today."], ["Kind regards"]]
LAYOUTS = {
    "2.7": [
        ("<p>Hello Ms Brown,</p>\n\nyour parcel left us today.\n\nKind regards", WANTED),
        ("Hello Ms Brown,\n\nyour <b>parcel</b> left us today.\n\nKind regards\n\n", WANTED),
        ("Hello Ms Brown,\n\n<p>your parcel left us today.</p>\n\nKind regards", WANTED),
        ("Hello Ms Brown,\n\nyour parcel left us today.\n\nKind regards", WANTED),
        ("<p>Hello Ms Brown,</p><p>your parcel left us today.</p><p>Kind regards</p><p></p>", WANTED),
        ("<p>Hello Ms Brown,</p><p>your parcel left us today.</p><p>Kind regards</p><p><br></p>\n", WANTED),
        ("Hello Ms Brown,\r\n\r\nyour parcel left us today.\r\n\r\n<em>Kind regards</em>", WANTED),
        ("<p>Hello Ms Brown,</p>\nyour parcel left us today.\n<p>Kind regards</p>\n", WANTED),
        ("<p>Hello Ms Brown,</p>\n<p>your parcel left us today.</p>\n<p>Kind regards</p>", WANTED),
    ],
    "2.5": [
        ("Hello Ms Brown,\n\nyour parcel left us today.\n\nKind regards", WANTED),
        ("Hello Ms Brown,\r\n\r\nyour parcel left us today.\r\n\r\nKind regards\r\n", WANTED),
        ("\n\nHello Ms Brown,\n\nyour parcel left us today.\n\nKind regards\n\n\n", WANTED),
        ("Hello Ms Brown,\n\nyour parcel left us today.\n\nKind regards\nAda", [*WANTED[:2], ["Kind regards", "Ada"]]),
    ],
}

THOUGHTS = [
    "<think>{}</think>\n\n{}",
    "<think>\n{}\n</think>{}",
    "{}</think>\n\n{}",
    "<thinking>{}</thinking>\n{}",
    "<THINK>{}</THINK>{}",
    "<|channel|>analysis<|message|>{}<|end|><|start|>assistant<|channel|>final<|message|>{}",
    "<p><think>{}</think></p>{}",
]
"""A model's thinking, then its reply."""

EMPTY = {"2.7": ["<p><br></p>", "<p>\u200b</p>", "<p>&nbsp;</p>", "<p></p><p></p>", "<ul><li></li></ul>"]}
EMPTY["2.5"] = [*EMPTY["2.7"], ""]

VERSIONS = pytest.mark.parametrize("version", ["2.7", "2.5"])


def refusal(answer: Response) -> tuple[int, object]:
    """Return status and code of an answer that has to be an error."""
    data = answer.json()["data"]
    return answer.status, data["code"] if isinstance(data, dict) else data


def spoiled(reply: str, kept: str, made: str) -> str:
    """Return a reply in which something became something else; a link does with its tags."""
    link = f'<a href="{made}">{made}</a>' if made.startswith("https:") else made
    return reply.replace(ANCHOR, link if kept == LINK else ANCHOR).replace(kept, made)


@VERSIONS
def test_what_the_model_loses_is_said(browser: Browser, shared_office: Office, version: Version) -> None:
    """An amount, link or number that is lost twice: a toast names it, the draft stays, no one asks for a key."""
    with shared_office.composer(browser, version, REFUND) as composer:
        before = composer.html
        for (kept, made), lost in LOSSES:
            shared_office.provider.reply(spoiled(GOOD[version], kept, made))
            answer = composer.rewrite()
            assert refusal(answer) == (422, "answer_refused"), (kept, made)
            said = composer.toast()
            assert said == answer.json()["message"]
            assert all(each in said for each in lost), said
            assert composer.html == before
            expect(composer.key_dialog).to_be_hidden()


@VERSIONS
def test_several_losses_are_said_at_once(browser: Browser, shared_office: Office, version: Version) -> None:
    """The toast names both and says that the draft is as it was; a good answer after it is taken."""
    with shared_office.composer(browser, version, REFUND.replace("sent", "already sent")) as composer:
        before = composer.html
        shared_office.provider.reply("Dear Ms Brown, the money for order 4711-22 is on its way.")
        assert refusal(composer.rewrite()) == (422, "answer_refused")
        said = composer.toast()
        assert "19,99 €" in said.replace("\u00a0", " ")
        assert LINK in said
        assert "draft" in said
        assert composer.html == before
        shared_office.provider.reply(GOOD[version])
        assert composer.rewrite().status == 200
        assert ["your 19,99 € for order 4711-22 are on their way."] in composer.paragraphs
        expect(composer.toasts).to_have_count(0)


@VERSIONS
def test_paragraphs_are_kept(browser: Browser, shared_office: Office, version: Version) -> None:
    """However a model sets its paragraphs, the agent sees them as such, and no empty one at the end."""
    with shared_office.composer(browser, version) as composer:
        for number, (reply, wanted) in enumerate(LAYOUTS[version]):
            composer.write(PARCEL.replace("today", f"today ({'again ' * number})"))
            shared_office.provider.reply(reply)
            assert composer.rewrite().status == 200, reply
            assert composer.paragraphs == wanted, reply
            assert not composer.ends_empty, reply
            expect(composer.toasts).to_have_count(0)


@VERSIONS
def test_empty_box(browser: Browser, shared_office: Office, version: Version) -> None:
    """A prompt chosen for nothing: a toast asks for a draft; no call is made, and no one asks for a key."""
    with shared_office.composer(browser, version) as composer:
        calls = len(shared_office.provider.requests)
        for typed in (None, *EMPTY[version]):
            if typed is not None:
                composer.write(typed)
            assert refusal(composer.rewrite()) == (422, "empty_content"), typed
            assert "draft" in composer.toast()
            expect(composer.key_dialog).to_be_hidden()
        assert len(shared_office.provider.requests) == calls


@VERSIONS
def test_thinking_is_never_seen(browser: Browser, shared_office: Office, version: Version) -> None:
    """Of a model that thinks aloud the agent gets the reply, or a toast and the draft: never the thoughts."""
    with shared_office.composer(browser, version) as composer:
        for number, form in enumerate(THOUGHTS):
            composer.write(f"<p>Your parcel is on its way{'!' * number}</p>")
            before = composer.html
            shared_office.provider.reply(
                form.format("The customer is angry, soothe her.", "Your parcel is on its way.")
            )
            answer = composer.rewrite()
            assert "angry" not in composer.draft.inner_text(), form
            if answer.status == 200:
                assert composer.paragraphs == [["Your parcel is on its way."]], form
            else:
                assert composer.toast()
                assert composer.html == before, form


@VERSIONS
def test_thinking_in_its_usual_form_is_taken_off(browser: Browser, shared_office: Office, version: Version) -> None:
    """A reply that follows whole thoughts is there without them."""
    with shared_office.composer(browser, version, "<p>The parcel is on its way.</p>") as composer:
        shared_office.provider.reply("<think>\nShe is angry.\n\nSoothe her.\n</think>\n\nHello!\n\nIt is on its way.")
        assert composer.rewrite().status == 200
        assert composer.paragraphs == [["Hello!"], ["It is on its way."]]
