"""Thin controllers of the desk: who may do what stands beside each operation."""
