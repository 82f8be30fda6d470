"""The service: an HTTP API in front of a helpdesk."""
