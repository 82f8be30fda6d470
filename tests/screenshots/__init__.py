"""Pictures of the console's pages, on a service that looks as if it had been in use for weeks."""
