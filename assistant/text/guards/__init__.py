"""Guards: what must survive a rewrite, and what must not appear in it."""
