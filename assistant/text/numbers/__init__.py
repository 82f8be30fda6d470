"""Numbers, amounts, dates and durations, in figures and in words."""
