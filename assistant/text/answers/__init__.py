"""From what a model wrote to the answer."""
