"""Tests of what authors do with prompts."""
