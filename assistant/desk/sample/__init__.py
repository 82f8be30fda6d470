"""The sample helpdesk: a small shop's, to try things on."""
