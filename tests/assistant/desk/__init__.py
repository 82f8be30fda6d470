"""Tests of the built-in desk, on SQLite and PostgreSQL."""
