"""Tests of what the official SDKs do for us."""
