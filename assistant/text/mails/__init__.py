"""Mails: what their sender newly wrote, apart from quoted history, signatures and footers."""
