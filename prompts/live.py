"""The prompts in force: a registry that others hold on to while what is in it changes."""

from collections.abc import Mapping

from prompts.compilations import HeldBack
from prompts.registry import PromptRegistry
from prompts.template import Prompt


class LiveRegistry:
    """The registry of the moment.

    Args:
        registry: the first one.

    Attributes:
        current: the registry in force; whoever needs several prompts that belong together takes it once.
    """

    def __init__(self, registry: PromptRegistry) -> None:
        self.current = registry

    def adopt(self, registry: PromptRegistry) -> None:
        """Put another registry in force, from the next look-up on."""
        self.current = registry

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """Every prompt, ordered by title."""
        return self.current.prompts

    @property
    def held_back(self) -> Mapping[str, HeldBack]:
        """Which prompts are not in force as they are written, by key."""
        return self.current.held_back

    def get(self, key_or_alias: str) -> Prompt:
        """Return a prompt; raises `UnknownPromptError`."""
        return self.current.get(key_or_alias)
