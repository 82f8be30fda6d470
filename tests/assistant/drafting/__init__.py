"""The buttons that a helpdesk has."""
