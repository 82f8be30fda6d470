"""What completions may use: budgets as an administrator writes them, counters, and reservations."""
