"""What Libredesk's pages call of its AI, who answers that, and what is the same or better than Libredesk's own."""

import importlib
import os
from pathlib import Path

from msgspec import Struct

from assistant.app import create_app
from assistant.settings.values import AI_OPERATIONS
from tests.assistant.harness import settings_for

DOCS = Path(__file__).parents[3] / "docs" / "libredesk.md"
BEGIN, END = "<!-- parity: made by tests/assistant/drafting/test_parity.py -->\n", "<!-- end of parity -->"
HEAD = "| route | who answers | like Libredesk's own | unlike it, and why |\n|---|---|---|---|\n"
_HERE = "tests.assistant.drafting."


class Quirk(Struct, frozen=True):
    """Something that Libredesk does, kept or mended, and the test that shows what ours does."""

    text: str
    shown_by: str


class Parity(Struct, frozen=True, kw_only=True):
    """One route of Libredesk's pages."""

    route: str
    kept: tuple[Quirk, ...] = ()
    mended: tuple[Quirk, ...] = ()


AGENTS = (
    Parity(
        route="GET /api/v1/ai/prompts",
        kept=(
            Quirk(
                "by title, with `id`, `created_at`, `updated_at`, `title`, `key`", "..desk.examples_of_ai.list_prompts"
            ),
        ),
        mended=(
            Quirk(
                "only prompts that this agent may use and that work with a draft alone, since others would be errors",
                "..conversation.test_drafting.test_prompt_says_that_it_needs_a_conversation",
            ),
        ),
    ),
    Parity(
        route="POST /api/v1/ai/completion",
        kept=(Quirk("`data` is a bare string", "..desk.examples_of_ai.complete"),),
        mended=(
            Quirk(
                "links, figures and codes that are lost are an error, since the composer would replace the draft",
                "..completion.test_refusal.test_answer_that_lost_facts_twice_is_no_new_draft",
            ),
        ),
    ),
    Parity(
        route="POST /api/v1/ai/generate-reply",
        kept=(
            Quirk(
                "`instruction` is what the editor holds; it is read as the agent's wish",
                "test_reply.test_reply_is_html_for_the_composer",
            ),
            Quirk(
                "an empty `conversation_uuid` reads nothing",
                "test_reply.test_without_a_conversation_the_words_alone_count",
            ),
            Quirk(
                "body, access, messages, provider are looked at in this order", "test_reply.test_errors_in_their_order"
            ),
        ),
        mended=(
            Quirk(
                "what may be made up is told in a line below, since the composer shows nothing else",
                "test_reply.test_warnings_stand_below",
            ),
            Quirk(
                "quoted history and signatures are not sent, since they hide what is new",
                "..conversation.test_drafting.test_quoted_history_is_not_told_twice",
            ),
            Quirk(
                "an empty answer is 502, since it is the provider's fault",
                "test_reply.test_errors_of_the_provider_come_last",
            ),
            Quirk("streams on request", "test_reply.test_reply_is_streamed_on_request"),
        ),
    ),
    Parity(
        route="POST /api/v1/ai/summarize",
        kept=(
            Quirk(
                'a private note in the agent\'s name, "AI summary" above it, and `true`',
                "test_summary.test_summary_becomes_a_note_of_the_agent",
            ),
        ),
        mended=(
            Quirk("what may be made up is told in the note", "test_summary.test_warnings_stand_in_the_note"),
            Quirk(
                "streams on request; the note is there when `done` comes",
                "test_summary.test_summary_is_streamed_on_request",
            ),
        ),
    ),
    Parity(
        route="POST /api/v1/ai/suggest-tags",
        kept=(
            Quirk("at most three, in their own spelling", "test_tags.test_tags_are_those_of_the_helpdesk"),
            Quirk(
                "`[]` when none fits, or the answer can't be read",
                "test_tags.test_what_can_not_be_read_is_no_suggestion",
            ),
        ),
        mended=(
            Quirk(
                "the model is held to a JSON schema and asked once more, since many a list can't be read",
                "..completion.test_structured.test_what_is_something_else_is_asked_for_again_and_refused",
            ),
        ),
    ),
    Parity(
        route="POST /api/v1/ai/copilot",
        kept=(
            Quirk(
                "question and answer are kept after an answer only",
                "test_copilot.test_nothing_is_kept_without_an_answer",
            ),
            Quirk("an unknown assistant is 400", "test_copilot.test_errors_in_their_order"),
        ),
        mended=(
            Quirk(
                "no tools: the customer's last five conversations that the agent may read are listed beforehand, since "
                "a model that searches by itself is slow, and what customers write could lead it",
                "test_copilot.test_earlier_conversations_are_told_by_a_line_if_the_agent_may_read_them",
            ),
            Quirk("talks are encrypted and go after 90 days", "test_copilot.test_talks_are_encrypted"),
            Quirk("streams on request", "test_copilot.test_answer_is_streamed_on_request"),
        ),
    ),
    Parity(
        route="GET /api/v1/ai/copilot/messages",
        kept=(
            Quirk(
                "the last 50, the oldest first; answers as HTML, questions as text",
                "test_copilot.test_last_fifty_are_shown_and_can_be_forgotten",
            ),
        ),
        mended=(
            Quirk(
                "access is looked at now, not when it was said",
                "test_copilot.test_talk_is_for_who_may_read_the_conversation",
            ),
        ),
    ),
    Parity(
        route="DELETE /api/v1/ai/copilot/messages",
        kept=(Quirk("this agent's own, and `true`", "test_copilot.test_last_fifty_are_shown_and_can_be_forgotten"),),
    ),
    Parity(
        route="GET /api/v1/ai/assistants/compact",
        mended=(
            Quirk(
                "one assistant, ours: Libredesk's run on the setting that is stored there, and answer customers by "
                "themselves",
                "test_copilot.test_there_is_one_assistant",
            ),
        ),
    ),
)
ADMINISTRATORS = (
    "GET, PUT /api/v1/ai/config/completion",
    "POST /api/v1/ai/config/completion/test",
    "GET, PUT /api/v1/ai/config/embedding",
    "GET, POST /api/v1/ai/snippets",
    "GET /api/v1/ai/faq-suggestions",
    "GET, PUT /api/v1/ai/faq-learning",
    "GET /api/v1/ai/assistants",
    "GET /api/v1/ai/tools",
)


def test_table_is_what_the_routes_are(tmp_path: Path) -> None:
    """The table in docs/libredesk.md: who answers comes from the service, and each claim from a test that is there."""
    paths = create_app(settings_for(tmp_path / "var")).paths

    def row(route: str, *rest: str) -> str:
        ours = paths.template(route.rpartition(" ")[2].encode()) is not None
        return f"| {' | '.join((f'`{route}`', 'the assistant' if ours else 'Libredesk', *rest))} |\n"

    table = HEAD + "".join(
        [
            *(row(each.route, _told(each.kept), _told(each.mended)) for each in AGENTS),
            *(row(each, "", "") for each in ADMINISTRATORS),
        ]
    )
    head, rest = DOCS.read_text(encoding="utf-8").split(BEGIN)
    written, tail = rest.split(END)
    if os.environ.get("UPDATE_DOCS"):
        DOCS.write_text(f"{head}{BEGIN}{table}{END}{tail}", encoding="utf-8")
        written = table
    assert written == table, "run this test once with UPDATE_DOCS=1"


def test_each_claim_has_its_test() -> None:
    """Named by module and function."""
    for quirk in (quirk for each in AGENTS for quirk in (*each.kept, *each.mended)):
        module, _, name = quirk.shown_by.rpartition(".")
        place = f"tests.assistant.{module[2:]}" if module.startswith("..") else _HERE + module
        assert hasattr(importlib.import_module(place), name), quirk


def test_setting_knows_all_of_them() -> None:
    """What agents' pages call can be left to Libredesk by name."""
    routes = {each.route.rpartition(" ")[2] for each in AGENTS}
    assert routes == {path for paths in AI_OPERATIONS.values() for path in paths}


def _told(quirks: tuple[Quirk, ...]) -> str:
    return "; ".join(quirk.text for quirk in quirks)
