"""Tests of the text shield."""
