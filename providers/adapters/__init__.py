"""Adapters: one wire dialect a file; they only translate."""
