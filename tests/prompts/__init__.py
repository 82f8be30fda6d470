"""Tests of the prompts package."""
