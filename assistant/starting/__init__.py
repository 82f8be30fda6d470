"""Starting a process that serves: what is tried again, and what ends it."""
