"""Addresses of Redis and PostgreSQL as hosts show them: taken apart here; drivers are told what we understood."""
