"""Addresses and paths as they are written, taken apart: of Redis, of PostgreSQL, and in requests."""
