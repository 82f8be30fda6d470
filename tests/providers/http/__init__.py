"""Tests of the way to providers."""
