"""What completions used: rows, reports, prices, verdicts of agents, and how long rows are kept."""
