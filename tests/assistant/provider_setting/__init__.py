"""Tests of provider setting."""
