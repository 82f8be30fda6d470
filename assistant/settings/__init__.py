"""The service's settings."""

from assistant.settings.reading import read_environment, read_settings, unknown_variables
from assistant.settings.settings import FOREIGN, PREFIX, SECRETS, VARIABLES, Settings
from assistant.settings.values import Network
from assistant.settings.waits import Waits

__all__ = [
    "FOREIGN",
    "PREFIX",
    "SECRETS",
    "VARIABLES",
    "Network",
    "Settings",
    "Waits",
    "read_environment",
    "read_settings",
    "unknown_variables",
]
