"""Runs the `assistant` command by `python -m assistant`."""

from assistant.cli import main

main()
