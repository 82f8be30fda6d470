"""Tests of budgets, usage and audit."""
