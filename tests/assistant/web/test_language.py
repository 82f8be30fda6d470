"""Which language a request wants."""

import pytest

from assistant.web.language import language_of


def wanted(*headers: str) -> str:
    """Return the language of a request with these headers."""
    return language_of({"headers": [(b"accept-language", header.encode("latin-1")) for header in headers]})


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de", "de"),
        ("DE", "de"),
        ("de-AT", "de"),
        ("de-Latn-CH-1996", "de"),
        ("de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("en;q=0.5, de;q=0.6", "de"),
        ("de;q=0.5,en", "en"),
        ("de,en", "de"),
        ("en,de", "en"),
        ("fr-FR,fr;q=0.9,de;q=0.1", "de"),
        ("fr", "en"),
        ("fr,*;q=0.5", "en"),
        ("de;q=0.4,*;q=0.5", "en"),
        ("*", "en"),
        ("de;q=0", "en"),
        ("de;q=0.000,fr", "en"),
        ("en;q=0,de;q=0.1", "de"),
        (" de ; q=1.000 , en", "de"),
        ("", "en"),
        (",,;,", "en"),
        ("de;q=2", "en"),
        ("de;q=nan", "en"),
        ("de;level=1", "en"),
        ("deutsch", "en"),
        ("d\xe9", "en"),
        ("../de", "en"),
    ],
)
def test_language_of_a_header(header: str, language: str) -> None:
    """The heaviest of those we speak, the first where weights are equal; English for all else."""
    assert wanted(header) == language


def test_language_of_no_header_and_of_several() -> None:
    """Without one it is English; several are one list."""
    assert wanted() == "en"
    assert wanted("fr", "de") == "de"
    assert wanted("de;q=0.2", "en;q=0.3") == "en"


def test_long_header_takes_no_time() -> None:
    """A header of any length is read once, from left to right."""
    assert wanted("x-" * 20_000 + ",de") == "de"
    assert wanted("fr;q=0.1," * 20_000 + "de;q=0.2") == "de"
