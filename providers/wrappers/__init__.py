"""Providers around providers: deadlines and the like."""
