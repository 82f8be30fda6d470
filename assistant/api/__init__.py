"""Thin controllers of our own operations."""
