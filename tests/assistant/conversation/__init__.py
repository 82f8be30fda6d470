"""Tests of what a model is told of a conversation."""
