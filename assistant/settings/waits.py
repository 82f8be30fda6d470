"""How long answers are waited for."""

from assistant.settings.settings import Settings

SHORT_SECONDS = 9.0
"""Seconds for a rewrite: older composers give up after ten."""
PATIENT_SECONDS = 60.0
"""Seconds for a rewrite behind a helpdesk whose composers wait for two minutes."""


class Waits:
    """The deadlines of prompts; that of a rewrite may follow the helpdesk's composers.

    Args:
        settings: what they say holds whatever the helpdesk is.

    Attributes:
        long: seconds for prompts that may take longer.
        patient: whether the helpdesk's composers are known to wait for long.
    """

    def __init__(self, settings: Settings) -> None:
        self._rewrite = settings.request_timeout
        self.long = settings.long_timeout
        self.patient = False

    @property
    def rewrite(self) -> float:
        """Seconds for a rewrite."""
        if self._rewrite is not None:
            return self._rewrite
        return PATIENT_SECONDS if self.patient else SHORT_SECONDS

    @property
    def longest(self) -> float:
        """Seconds that no answer takes longer than."""
        return max(self.long, PATIENT_SECONDS if self._rewrite is None else self._rewrite)
