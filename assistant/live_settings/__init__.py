"""Settings that every replica follows: what is masked, and purges of the cache."""
