"""Asking providers: in their order, again where that helps, and within a time."""
