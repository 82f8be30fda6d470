"""The console: how it is served, and each of its pages in a browser."""
