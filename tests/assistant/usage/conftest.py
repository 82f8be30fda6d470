"""What tests of usage share."""

from tests.assistant.usage.fixtures import clock, database, postgresql, prices, rows, sqlite

__all__ = ["clock", "database", "postgresql", "prices", "rows", "sqlite"]
