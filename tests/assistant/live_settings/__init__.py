"""Tests of live settings."""
