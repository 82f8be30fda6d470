"""The completion engine as its users see it: real servers on both sides."""
