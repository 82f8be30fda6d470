"""What an answer is stored under: each thing that shapes it, one at a time."""

import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest

from assistant.completion.code_version import code_version, version_of
from assistant.completion.key import begin_key, end_key
from providers.registry import ProviderSetting

SETTING = ProviderSetting(provider="custom", api_key="k", model="m", base_url="http://h/v1", api="chat")
BASE: dict[str, Any] = {
    "secret": b"s" * 32,
    "code": "c1",
    "prompt_version": "v1",
    "setting": SETTING,
    "local_model": "",
    "parameters": (400, 0.3),
    "content": ("draft",),
    "html": False,
    "values": {"language": "English"},
    "masking": (True,),
}
CHANGES: dict[str, dict[str, Any]] = {
    "the secret": {"secret": b"t" * 32},
    "the code that shapes answers": {"code": "c2"},
    "the prompt's version": {"prompt_version": "v2"},
    "the provider": {"setting": msgspec.structs.replace(SETTING, provider="vllm")},
    "the model": {"setting": msgspec.structs.replace(SETTING, model="n")},
    "the address": {"setting": msgspec.structs.replace(SETTING, base_url="http://i/v1")},
    "the dialect": {"setting": msgspec.structs.replace(SETTING, api="responses")},
    "the built-in model's file": {"local_model": "other.gguf 1 2"},
    "the room for the answer": {"parameters": (500, 0.3)},
    "the temperature": {"parameters": (400, 0.4)},
    "the draft": {"content": ("Draft",)},
    "text or HTML": {"html": True},
    "what is masked": {"masking": (False,)},
    "a variable": {"values": {"language": "German"}},
    "a variable's name": {"values": {"tongue": "English"}},
    "a variable's type": {"values": {"language": True}},
}


def completion_key(**parts: Any) -> str:  # noqa: ANN401 - parts of all kinds
    """Return the key that the parts make."""
    own = {name: parts.pop(name) for name in ("content", "html", "values")}
    return end_key(begin_key(**parts), **own)


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_shapes_the_answer_shapes_its_key(change: str) -> None:
    """Two questions that differ in one thing never share an answer."""
    assert completion_key(**{**BASE, **CHANGES[change]}) != completion_key(**BASE)


def test_code_is_known_by_what_its_files_hold(tmp_path: Path) -> None:
    """Any change of a source, a new one and a renamed one count; other files and the place don't."""
    folder, copy = tmp_path / "shield", tmp_path / "elsewhere"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "tags.py").write_text("TAGS = 1\n")
    before = version_of([folder])
    shutil.copytree(folder, copy)
    (folder / "inner" / "tags.pyc").write_bytes(b"compiled")
    assert version_of([folder]) == version_of([copy]) == before
    seen = {before}
    for name, text in (("inner/tags.py", "TAGS = 2\n"), ("new.py", ""), ("inner/new.py", "")):
        (folder / name).write_text(text)
        seen.add(version_of([folder]))
    (folder / "new.py").rename(folder / "newer.py")
    assert len({*seen, version_of([folder])}) == 5


def test_code_of_this_service_is_known() -> None:
    """The version covers the shield, the adapters and the renderer, whatever folder the service starts in."""
    assert len(code_version()) == 32
    assert code_version() != version_of([])


def test_what_does_not_shape_the_answer_does_not_shape_its_key() -> None:
    """A new API key, or variables in another order, find the answers of before."""
    same = {"setting": msgspec.structs.replace(SETTING, api_key="new"), "values": {"b": 1, "a": 2}}
    other = {"setting": SETTING, "values": {"a": 2, "b": 1}}
    assert completion_key(**{**BASE, **same}) == completion_key(**{**BASE, **other})


def test_questions_share_what_was_begun() -> None:
    """One question's own part does not reach the next one's key."""
    begun = begin_key(**{name: part for name, part in BASE.items() if name not in {"content", "html", "values"}})
    first, again = (end_key(begun, content=("a",), html=False, values={}) for _ in range(2))
    assert first == again != end_key(begun, content=("b",), html=False, values={})


def test_parts_do_not_run_into_each_other() -> None:
    """Text that moves from one part to the next makes another key."""
    one = completion_key(**{**BASE, "prompt_version": "v1d", "content": "raft"})
    assert one != completion_key(**BASE)
