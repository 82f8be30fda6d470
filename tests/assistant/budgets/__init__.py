"""Tests of budgets: what completions may use."""
