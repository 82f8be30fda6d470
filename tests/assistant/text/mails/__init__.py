"""Tests of reading mails."""
