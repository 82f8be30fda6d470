"""The parts of a letter: greeting, closing, signature."""
