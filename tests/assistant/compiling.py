"""The prompts of services, for a process in which tests start one after the other: most have the shipped ones."""

import functools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from prompts import compilations
from prompts.layers import compile_file
from prompts.syntax import Source
from prompts.template import Prompt

_MOST = 500  # prompts that are remembered


@contextmanager
def compiled_once() -> Iterator[None]:
    """Compile a file and all that it may use once until the end of the block; what is broken is looked at anew."""
    remembered = functools.lru_cache(_MOST)(_compile)

    def compile_or_remember(
        name: str, source: Source, shared: Mapping[str, Source], settings: Mapping[str, str]
    ) -> Prompt:
        return remembered(name, source, tuple(shared.items()), tuple(settings.items()))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compilations, "compile_file", compile_or_remember)
        yield


def _compile(
    name: str, source: Source, shared: tuple[tuple[str, Source], ...], settings: tuple[tuple[str, str], ...]
) -> Prompt:
    return compile_file(name, source, dict(shared), dict(settings))
