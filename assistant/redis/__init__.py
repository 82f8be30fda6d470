"""Redis: one shared connection, announcements to other replicas, and what to tell an operator when it is away."""
