"""Tests of the assistant package."""
