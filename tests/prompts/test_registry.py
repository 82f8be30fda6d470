"""Which prompts there are, and what becomes of broken ones."""

from pathlib import Path

import pytest

from prompts.errors import UnknownPromptError
from prompts.layers import SHIPPED
from prompts.registry import PromptRegistry
from tests.prompts.building import USER, write_files

PLAIN = "---\ntitle: {title}\nbrief: b\n{more}---\n{{% block system %}}{text}{{% endblock %}}" + USER.replace(
    "{", "{{"
).replace("}", "}}")
INCLUDING = PLAIN.format(title="A", more="", text='{% include "_part.j2" %}')
SHIPPED_KEYS = {path.stem for path in SHIPPED.glob("[a-z]*.j2")}


def plain(text: str = "Text.", title: str = "Mine", more: str = "") -> str:
    """Write a small whole prompt."""
    return PLAIN.format(title=title, more=more, text=text)


def system_of(registry: PromptRegistry, key: str) -> str:
    """Return the system message of a prompt."""
    prompt = registry.get(key)
    return prompt.render("x", prompt.resolve({}), html=False)[0].content


def test_orders_by_title(tmp_path: Path) -> None:
    """The list of prompts is in the order of titles, without regard to capitals."""
    mine = write_files(tmp_path / "a", {"z.j2": plain(title="about us"), "a.j2": plain(title="Zebra")})
    titles = [prompt.title for prompt in PromptRegistry.load([mine]).prompts]
    assert titles == sorted(titles, key=str.casefold)
    assert (titles[0], titles[-1]) == ("about us", "Zebra")


def test_adds_and_overrides(tmp_path: Path) -> None:
    """A directory adds prompts and overrides shipped ones; a later directory overrides an earlier one."""
    first = write_files(tmp_path / "a", {"improve.j2": plain("First."), "mine.j2": plain("Mine.")})
    second = write_files(tmp_path / "b", {"improve.j2": plain("Second.")})
    registry = PromptRegistry.load([first, second])
    assert registry.problems == ()
    assert {prompt.key for prompt in registry.prompts} == SHIPPED_KEYS | {"mine"}
    assert (system_of(registry, "improve"), system_of(registry, "mine")) == ("Second.", "Mine.")
    assert registry.get("improve").origin == str(second / "improve.j2")
    assert registry.get("improve").source == plain("Second.")


def test_a_broken_override_leaves_the_good_one(tmp_path: Path) -> None:
    """A broken file is reported with its line, and the good prompt below it goes on serving."""
    first = write_files(tmp_path / "a", {"improve.j2": plain("First.")})
    second = write_files(tmp_path / "b", {"improve.j2": plain("{{ oops }}"), "good.j2": plain("Good.")})
    registry = PromptRegistry.load([first, second])
    [problem] = registry.problems
    assert (problem.file, problem.line) == (str(second / "improve.j2"), 5)
    assert str(problem).startswith(f"{second / 'improve.j2'}:5:22: unknown name 'oops'")
    assert (system_of(registry, "improve"), system_of(registry, "good")) == ("First.", "Good.")


def test_a_broken_part_is_reported_once(tmp_path: Path) -> None:
    """A mistake in a shared part takes out what uses it, and stands once among the problems."""
    files = {"_part.j2": "fine\n{{ oops }}", "a.j2": INCLUDING, "b.j2": INCLUDING, "c.j2": plain()}
    registry = PromptRegistry.load([write_files(tmp_path / "a", files)])
    assert [(Path(problem.file).name, problem.line) for problem in registry.problems] == [("_part.j2", 2)]
    assert {prompt.key for prompt in registry.prompts} == SHIPPED_KEYS | {"c"}


def test_shared_parts_are_shadowed_for_their_own_directory(tmp_path: Path) -> None:
    """A directory's shared part stands in for its own prompts and later directories, never for the shipped prompts."""
    part = "{% block system %}Ours: {% block instruction %}{% endblock %}{% endblock %}" + USER
    extending = '---\ntitle: A\nbrief: b\n---\n{% extends "_rewrite.j2" %}{% block instruction %}x{% endblock %}'
    first = write_files(tmp_path / "a", {"_rewrite.j2": part, "mine.j2": extending})
    second = write_files(tmp_path / "b", {"other.j2": extending})
    registry = PromptRegistry.load([first, second])
    assert (system_of(registry, "mine"), system_of(registry, "other")) == ("Ours: x", "Ours: x")
    assert system_of(registry, "improve") == system_of(PromptRegistry.load(), "improve")


def test_finds_aliases(tmp_path: Path) -> None:
    """A prompt is found by any of its aliases."""
    registry = PromptRegistry.load([write_files(tmp_path / "a", {"mine.j2": plain(more="aliases: [ours, theirs]\n")})])
    assert registry.get("ours") is registry.get("theirs") is registry.get("mine")


def test_the_later_prompt_loses_an_alias(tmp_path: Path) -> None:
    """Of two prompts with one alias the earlier keeps it; an alias never hides a key."""
    files = {"a.j2": plain(more="aliases: [x, improve]\n"), "b.j2": plain(more="aliases: [x]\n")}
    registry = PromptRegistry.load([write_files(tmp_path / "a", files)])
    assert registry.get("x").key == "a"
    assert registry.get("improve").key == "improve"
    assert [(Path(problem.file).name, problem.line, problem.reason) for problem in registry.problems] == [
        ("a.j2", 4, "the alias 'improve' already belongs to the prompt 'improve', and is ignored here"),
        ("b.j2", 4, "the alias 'x' already belongs to the prompt 'a', and is ignored here"),
    ]


def test_an_override_cannot_take_a_shipped_alias(tmp_path: Path) -> None:
    """The alias of a shipped prompt stays with it, even against an override of a prompt that comes before it."""
    files = {"fix_grammar.j2": plain(more="aliases: [make_concise]\n")}
    registry = PromptRegistry.load([write_files(tmp_path / "a", files)])
    assert registry.get("make_concise").key == "reply_concise"
    assert len(registry.problems) == 1


def test_an_unknown_prompt() -> None:
    """A key that no one has is an error that names it."""
    with pytest.raises(UnknownPromptError, match="There is no prompt 'nope'"):
        PromptRegistry.load().get("nope")


def test_reports_what_cannot_be_read(tmp_path: Path) -> None:
    """Missing directories, other encodings, bad names and long files are problems, and the rest serves."""
    mine = write_files(tmp_path / "a", {"Bad-Name.j2": plain(), "long.j2": "x" * 300_000, "notes.txt": "no prompt"})
    (mine / "latin.j2").write_bytes(plain().replace("Text", "T\xe9xt").encode("latin-1"))
    (mine / "folder.j2").mkdir()
    registry = PromptRegistry.load([tmp_path / "missing", mine])
    assert [(Path(problem.file).name, problem.line, problem.reason) for problem in registry.problems] == [
        ("missing", None, "can't be read: No such file or directory"),
        ("folder.j2", None, "can't be read: Is a directory"),
        ("latin.j2", 5, "is not UTF-8; save the file as UTF-8"),
        ("long.j2", None, "is longer than 65536 characters"),
        ("Bad-Name.j2", None, "use only lowercase letters, digits and _ in the file's name"),
    ]
    assert {prompt.key for prompt in registry.prompts} == SHIPPED_KEYS


def test_reads_windows_files(tmp_path: Path) -> None:
    """A byte order mark and Windows line ends make no difference."""
    mine = write_files(tmp_path / "a", {})
    (mine / "mine.j2").write_bytes(b"\xef\xbb\xbf" + plain("One.\nTwo.").replace("\n", "\r\n").encode())
    assert system_of(PromptRegistry.load([mine]), "mine") == "One.\nTwo."


def test_settings_fill_defaults() -> None:
    """The default language of translate is the service's, English unless it says otherwise."""
    assert PromptRegistry.load().get("translate").resolve({}) == {"language": "English"}
    german = PromptRegistry.load(settings={"language": "German"}).get("translate")
    assert german.resolve({}) == {"language": "German"}
    assert german.resolve({"language": "Finnish"}) == {"language": "Finnish"}


def test_the_version_follows_the_file_and_its_parts(tmp_path: Path) -> None:
    """A version changes with the file or a part that it includes, however deep, and with nothing else."""
    files = {"a.j2": INCLUDING, "_part.j2": 'x {% include "_deep.j2" %}', "_deep.j2": "deep", "_other.j2": "other"}
    mine = write_files(tmp_path / "a", files)

    def version_after(name: str, text: str) -> str:
        (mine / name).write_text(text, encoding="utf-8")
        return PromptRegistry.load([mine]).get("a").version

    before = version_after("a.j2", INCLUDING)
    assert len(before) == 32
    assert version_after("_other.j2", "changed") == before
    assert version_after("b.j2", plain()) == before
    deep = version_after("_deep.j2", "deeper")
    own = version_after("a.j2", INCLUDING.replace("brief: b", "brief: c"))
    assert len({before, deep, own}) == 3
    version_after("a.j2", INCLUDING)
    assert version_after("_deep.j2", "deep") == before


def test_the_version_is_the_same_elsewhere(tmp_path: Path) -> None:
    """Replicas with the files in different folders agree on the version."""
    files = {"a.j2": INCLUDING, "_part.j2": "x"}
    first, second = (PromptRegistry.load([write_files(tmp_path / name, files)]).get("a") for name in "ab")
    assert first.version == second.version
    assert first.origin != second.origin


def test_an_override_without_aliases_keeps_those_of_the_shipped_prompt(tmp_path: Path) -> None:
    """A composer that sends `make_friendly` reaches the author's own version of the prompt."""
    registry = PromptRegistry.load([write_files(tmp_path / "a", {"reply_friendly.j2": plain()})])
    assert registry.get("make_friendly") is registry.get("reply_friendly")
    assert registry.get("make_friendly").origin.startswith(str(tmp_path))
