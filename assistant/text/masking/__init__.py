"""Masking: hides what must survive a rewrite, and puts it back."""
