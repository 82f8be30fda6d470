"""The HTTP client, against real servers."""
