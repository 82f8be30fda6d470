"""Tests of what stands around a provider."""
