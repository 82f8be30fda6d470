"""The active provider: its saved setting, changes, connections, the live test, the audit, Libredesk's settings page."""
