"""What is masked at the moment: what the operator set for good, and what administrators add."""

from assistant.errors import MaskingPatternError, MaskingUnknownError
from assistant.live_settings.masking import MaskingDocument, MaskingSettings
from assistant.settings import Settings
from assistant.text.masking.custom import CustomPattern
from assistant.text.masking.masking import MaskingRules


class Masking:
    """Joins both.

    Args:
        settings: which kinds are private for good.
        document: what administrators add.
    """

    def __init__(self, settings: Settings, document: MaskingSettings) -> None:
        self._settings = settings
        self._document = document
        self._seen: MaskingDocument | None = None
        self._rules = MaskingRules()

    def rules(self) -> MaskingRules:
        """Return the rules in force; made anew only when the document is another one.

        Raises:
            MaskingUnknownError: what administrators saved can't be read.
            MaskingPatternError: a pattern that they saved can't be used.
        """
        if not self._document.readable:
            raise MaskingUnknownError
        if broken := self._document.broken:
            raise MaskingPatternError([each.name for each in broken])
        current = self._document.current
        if current is not self._seen:
            private = frozenset(current.private) | self._settings.mask_private
            patterns = tuple(
                CustomPattern(name=each.name, pattern=each.pattern, private=each.name in private)
                for each in current.patterns
            )
            self._rules, self._seen = MaskingRules(private=private, patterns=patterns), current
        return self._rules
