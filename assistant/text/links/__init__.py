"""Links and e-mail addresses: where they stand, and where they lead."""
