"""A prompt may read the conversation in its user block: one loop over the messages, and fields of what it is about."""

from pathlib import Path

import pytest

from prompts.conversation import MOST_MESSAGES, Around, Person, SpokenConversation, SpokenMessage
from prompts.registry import PromptRegistry
from prompts.template import Prompt
from tests.prompts.building import write_files

HEAD = "---\ntitle: Reply\nbrief: write a reply\ncontext: conversation\n---\n"
LOOP = "{% for message in conversation.messages %}{{ message.role }}: {{ message.text }}\n{% endfor %}"


def _file(user: str, head: str = HEAD) -> str:
    return f"{head}{{% block system %}}Write a reply.{{% endblock %}}\n{{% block user %}}{user}{{% endblock %}}\n"


def _prompt(folder: Path, user: str, head: str = HEAD) -> Prompt:
    registry = PromptRegistry.load([write_files(folder / "mine", {"mine.j2": _file(user, head)})])
    assert registry.problems == (), registry.problems
    return registry.get("mine")


def _reasons(folder: Path, user: str, head: str = HEAD) -> list[str]:
    registry = PromptRegistry.load([write_files(folder / "mine", {"mine.j2": _file(user, head)})])
    return [problem.reason for problem in registry.problems]


AROUND = Around(
    conversation=SpokenConversation(
        subject="Wrong size",
        tags=("return", "shoes"),
        messages=(
            SpokenMessage(role="customer", author="Tom", time="2026-11-03 10:15", text="Too small"),
            SpokenMessage(role="agent", author="Mia", text="{{ content }}", attachments=("label.pdf", "map.png")),
        ),
    ),
    contact=Person(name="Tom Weber", language="German"),
    agent=Person(name="Mia Lund"),
)


def test_messages_are_read_in_a_loop(tmp_path: Path) -> None:
    """What they hold stays text, even where it looks like a template."""
    turns = _prompt(tmp_path, LOOP + "{{ content }}").render("my draft", {}, html=False, around=AROUND)

    assert turns[-1].content == "customer: Too small\nagent: {{ content }}\nmy draft"
    assert turns[0].content == "Write a reply."


def test_fields_are_read_by_a_dot(tmp_path: Path) -> None:
    """Lists are joined or looped over."""
    user = (
        "{{ conversation.subject }} ({{ conversation.tags | join(', ') }}) {{ contact.name }} {{ agent.name }}"
        "{% for message in conversation.messages %}[{{ message.attachments | join('+') }}]{% endfor %}"
        "{% for tag in conversation.tags %}<{{ tag }}>{% endfor %}"
        "{% if contact.language == 'German' %} Deutsch{% endif %}"
    )
    turns = _prompt(tmp_path, user).render("", {}, html=False, around=AROUND)

    assert turns[-1].content == (
        "Wrong size (return, shoes) Tom Weber Mia Lund[][label.pdf+map.png]<return><shoes> Deutsch"
    )


@pytest.mark.parametrize(
    ("user", "reason"),
    [
        ("{{ conversation }}", "read field by field"),
        ("{% for message in conversation.messages %}{{ message }}{% endfor %}", "read field by field"),
        ("{{ conversation.messages }}", "loop over the messages"),
        ("{{ conversation.secret }}", "conversation has no field 'secret'"),
        ("{{ conversation.__class__ }}", "a dot is allowed only"),
        ("{% for message in conversation.messages %}{{ message.__init__ }}{% endfor %}", "a dot is allowed only"),
        ("{% for message in conversation.messages %}{{ message.uuid }}{% endfor %}", "message has no field 'uuid'"),
        ("{{ content.upper }}", "'content' has no fields"),
        ("{{ other.name }}", "'other' has no fields"),
        ("{% for one in conversation.subject %}{{ one }}{% endfor %}", "needs a list"),
        (LOOP * 3, "the conversation is read more than 2 times"),
        ("{% for message in conversation.messages %}" + "x" * 700 + "{% endfor %}", "could become longer"),
        (
            "{% for a in conversation.messages %}{% for b in conversation.messages %}x{% endfor %}{% endfor %}",
            "no second loop",
        ),
        ("{% for message in conversation.messages %}{{ content }}{% endfor %}", "the draft is read more than"),
    ],
)
def test_everything_else_is_refused(tmp_path: Path, user: str, reason: str) -> None:
    """With what to write instead, before any agent clicks."""
    found = _reasons(tmp_path, user)

    assert any(reason in each for each in found), found


def test_a_prompt_that_works_on_the_draft_reads_no_conversation(tmp_path: Path) -> None:
    """It has to say so first."""
    reasons = _reasons(tmp_path, "{{ conversation.subject }}", HEAD.replace("context: conversation\n", ""))

    assert "`context: conversation`" in reasons[0]


def test_the_system_message_reads_no_conversation(tmp_path: Path) -> None:
    """What a customer wrote is never an instruction."""
    source = _file("x").replace("Write a reply.", "{{ conversation.subject }}")
    registry = PromptRegistry.load([write_files(tmp_path / "mine", {"mine.j2": source})])

    assert "user block" in registry.problems[0].reason


def test_notes_need_a_conversation(tmp_path: Path) -> None:
    """Else they mean nothing."""
    head = HEAD.replace("context: conversation", "notes: true")

    assert any("need `context: conversation`" in reason for reason in _reasons(tmp_path, "x", head))


def test_a_whole_conversation_fits() -> None:
    """As many messages as the service gives."""
    assert MOST_MESSAGES * len("customer: \n") < 65_536
