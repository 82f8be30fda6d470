"""The service's settings."""

from assistant.settings.reading import read_environment, read_settings, unknown_variables
from assistant.settings.settings import FOREIGN, PREFIX, SECRETS, VARIABLES, Settings
from assistant.settings.values import Network

__all__ = [
    "FOREIGN",
    "PREFIX",
    "SECRETS",
    "VARIABLES",
    "Network",
    "Settings",
    "read_environment",
    "read_settings",
    "unknown_variables",
]
