"""What every request meets first, in plain ASGI: an id, a log line, and the way to whoever answers."""
