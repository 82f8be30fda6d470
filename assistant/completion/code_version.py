"""Which code shapes answers: after an upgrade that cleans, checks or asks differently, answers are made again."""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import prompts
from assistant import completion, text
from providers import adapters, replies

_FOLDERS = tuple(Path(package.__path__[0]) for package in (completion, text, prompts, adapters, replies))


def version_of(folders: Iterable[Path]) -> str:
    """Return a hash over the sources in some folders and below, by name and content.

    No one has to remember to raise a number: a change of the code is a change of the version.
    """
    whole = hashlib.blake2b(digest_size=16)
    for folder in folders:
        for file in sorted(folder.rglob("*.py")):
            content = file.read_bytes()
            whole.update(f"{file.relative_to(folder).as_posix()} {len(content)}\n".encode() + content)
    return whole.hexdigest()


@cache
def code_version() -> str:
    """Return the version of the code of this process: what a model is asked, and what becomes of its answer."""
    return version_of(_FOLDERS)
