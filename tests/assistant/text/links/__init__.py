"""Tests of links and e-mail addresses, as masking and guards both find them."""
