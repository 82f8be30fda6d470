"""One library about texts; it knows nothing of the service."""
