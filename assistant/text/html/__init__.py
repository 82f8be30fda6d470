"""HTML: where its text is, how a text becomes HTML and back, and which of it is safe."""
