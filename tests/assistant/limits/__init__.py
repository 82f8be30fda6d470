"""Every limit of the service: the table that operators read, and what tries it."""
