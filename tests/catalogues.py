"""Brings the catalogues up to date with the source: `python -m tests.catalogues`.

Sentences that are new stand in each `.po` without a translation then, and those that are gone are left out. Whoever has
translated the new ones runs it once more, for the `.mo` that the service reads.
"""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from http1.errors import CERTIFICATE_FAULTS
from messages.sentences import CATALOGUES, DOMAIN
from providers import errors

_ROOT = Path(__file__).parent.parent
_PACKAGES = ("assistant", "prompts", "providers", "messages")
_FOR_ADMINS = ("advice.py", "causes.py")
"""What only administrators read, who read English."""
_KEYWORDS = {"Sentence": None, "Forms": (1, 2)}
_DATE = datetime(2026, 11, 30, tzinfo=UTC)  # of the first ones; so a catalogue changes with its sentences alone
_CAUSE = re.compile(r"(?:it|its|the|this|no|one of|check) [^|%?\[\]\n]+[^:.]")
"""What stands behind a provider's sentence, after a colon."""


def template() -> Catalog:
    """Return every sentence of the source, and where it stands."""
    catalog = Catalog(domain=DOMAIN, charset="utf-8", fuzzy=False)
    for file in sorted(path for package in _PACKAGES for path in (_ROOT / package).rglob("*.py")):
        source = file.read_bytes()
        found = [each[1] for each in extract("python", BytesIO(source), keywords=_KEYWORDS)]
        if file.is_relative_to(_ROOT / "providers") and file.name not in _FOR_ADMINS:
            found += _causes(source)
        for words in found:
            catalog.add(words, locations=[(file.relative_to(_ROOT).as_posix(), 0)])
    for words in CERTIFICATE_FAULTS:
        catalog.add(words, locations=[("http1/errors.py", 0)])
    for words in _of_providers(errors.ProviderError):
        catalog.add(words, locations=[("providers/errors.py", 0)])
    return catalog


def _of_providers(kind: type[errors.ProviderError]) -> Iterator[str]:
    """Yield what a provider did and what people can do about it, of an error and of all below it."""
    yield from filter(None, (kind.reason, kind.remedy))
    for each in kind.__subclasses__():
        yield from _of_providers(each)


def _causes(source: bytes) -> list[str]:
    """Return what providers' errors say in detail; those are plain texts."""
    texts = [node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)]
    return [text for text in texts if isinstance(text, str) and _CAUSE.fullmatch(text)]


def catalogue(file: Path) -> Catalog:
    """Read a catalogue."""
    with file.open("rb") as source:
        return read_po(source, locale=file.parent.parent.name, domain=DOMAIN)


def compiled(catalog: Catalog) -> bytes:
    """Return a catalogue as the service reads it."""
    written = BytesIO()
    write_mo(written, catalog)
    return written.getvalue()


def files() -> list[Path]:
    """Return the catalogues of all languages."""
    return sorted(CATALOGUES.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def main() -> None:
    """Write all catalogues anew."""
    for file in files():
        catalog = catalogue(file)
        catalog.update(template(), no_fuzzy_matching=True)
        catalog.obsolete.clear()
        catalog.creation_date = catalog.revision_date = _DATE
        catalog.last_translator = catalog.language_team = catalog.msgid_bugs_address = ""
        with file.open("wb") as written:
            write_po(written, catalog, width=120, omit_header=False, include_lineno=False, sort_by_file=True)
        file.with_suffix(".mo").write_bytes(compiled(catalog))


if __name__ == "__main__":
    main()
