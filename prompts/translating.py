"""A prompt that translates, as one entry for each language that agents write in."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import UnsetType, structs

from prompts.languages import slug
from prompts.template import Prompt

TRANSLATE, LANGUAGE = "translate", "language"
"""The key of the prompt, and the variable that says into which language."""


def translations(prompts: Mapping[str, Prompt], languages: Sequence[str]) -> dict[str, Prompt]:
    """Return all prompts, and one for each language; with these the one for any language is not listed.

    Args:
        prompts: by key.
        languages: names of languages; without one nothing changes.
    """
    base = prompts.get(TRANSLATE)
    if base is None or not languages or LANGUAGE not in base.variables:
        return dict(prompts)
    found = dict(_translations(base, languages))
    return {**found, **prompts, TRANSLATE: structs.replace(base, listed=False)}


def _translations(base: Prompt, languages: Sequence[str]) -> Iterator[tuple[str, Prompt]]:
    variable = base.variables[LANGUAGE]
    for language in languages:
        key = f"{TRANSLATE}_{slug(language)}"
        variables = {**base.variables, LANGUAGE: structs.replace(variable, default=language, default_setting=None)}
        title = _titled(base.title, variable.default, language)
        yield key, structs.replace(base, key=key, title=title, aliases=(), variables=variables)


def _titled(title: str, usual: object, language: str) -> str:
    """Name the language in a title: instead of the default one, or at its end."""
    if not isinstance(usual, UnsetType) and usual and str(usual) in title:
        return title.replace(str(usual), language)
    return f"{title}: {language}"
