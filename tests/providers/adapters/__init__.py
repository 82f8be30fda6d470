"""Tests of the dialects, one by one."""
