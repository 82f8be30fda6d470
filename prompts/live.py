"""The current prompts: a registry that others keep while its content changes."""

from collections.abc import Mapping

from prompts.compilations import HeldBack
from prompts.registry import PromptRegistry
from prompts.template import Prompt


class LiveRegistry:
    """The current registry.

    Args:
        registry: the first one.

    Attributes:
        current: the registry of this moment; to get several prompts that belong together, read it once.
    """

    def __init__(self, registry: PromptRegistry) -> None:
        self.current = registry

    def adopt(self, registry: PromptRegistry) -> None:
        """Use another registry from now on."""
        self.current = registry

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """Every prompt, ordered by title."""
        return self.current.prompts

    @property
    def held_back(self) -> Mapping[str, HeldBack]:
        """Which prompts are not served as written, by key."""
        return self.current.held_back

    def get(self, key_or_alias: str) -> Prompt:
        """Return a prompt; raises `UnknownPromptError`."""
        return self.current.get(key_or_alias)
