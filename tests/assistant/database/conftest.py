"""What tests of the database share."""

from tests.assistant.usage.fixtures import database, postgresql, sqlite

__all__ = ["database", "postgresql", "sqlite"]
