"""Model providers: one protocol, one adapter per wire dialect, one row per host."""
