"""Addresses of Redis and PostgreSQL."""
