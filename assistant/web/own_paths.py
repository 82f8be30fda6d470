"""The paths that are ours, those with a part that differs included."""

import re
from collections.abc import Iterable

from assistant.addresses.paths import readings

LONGEST_PATH = 8 * 1024
"""Bytes of a path, without its query: looking at one takes time, and no operation has a path of a hundredth of that."""
_PART = re.compile(r"\{([^}:]*)[^}]*\}")


class OwnPaths:
    """Knows our paths as they come, undecoded, and the templates that they are made from.

    Args:
        templates: such as `/api/v1/ai/prompts/{key:str}`.

    Attributes:
        templates: the same as they are documented: `/api/v1/ai/prompts/{key}`.
    """

    def __init__(self, templates: Iterable[str]) -> None:
        self.templates = tuple(_PART.sub(r"{\1}", template) for template in templates)
        parted = [template for template in self.templates if "{" in template]
        self._exact = {template.encode(): template for template in self.templates if "{" not in template}
        self._begins = tuple({template.partition("{")[0].encode() for template in parted})
        self._parts = [template.strip("/").split("/") for template in self.templates]
        self._patterns = [(_pattern(template), template) for template in parted]

    def template(self, raw: bytes | None) -> str | None:
        """Return the template of a path that is ours: a name for it that clients can't make up."""
        if raw is None:
            return None
        found = self._exact.get(raw)
        if found is None and raw.startswith(self._begins):
            found = next((template for pattern, template in self._patterns if pattern.fullmatch(raw)), None)
        return found

    def hidden(self, raw: bytes) -> bool:
        """Tell whether a path that is not ours as it is written amounts to one that is, for some server."""
        read = readings(raw)
        if any(self.template(path) is not None for path in read.paths):
            return True
        return bool(read.climbing) and any(_holds(read.climbing, parts) for parts in self._parts)


def _holds(path: Iterable[str], parts: Iterable[str]) -> bool:
    """Tell whether the parts of a template are among those of a path, in this order."""
    left = iter(path)
    return all(any(part.startswith("{") or part == each for each in left) for part in parts)


def _pattern(template: str) -> re.Pattern[bytes]:
    parts = [re.escape(part) for part in re.split(r"\{[^}]*\}", template)]
    return re.compile("[^/]+".join(parts).encode())
