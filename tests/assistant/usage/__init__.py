"""Tests of what completions used."""
