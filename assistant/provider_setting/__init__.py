"""The active provider: its saved setting, changes, the live test, the audit, and Libredesk's settings page."""
