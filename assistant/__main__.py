"""Runs the `assistant` command by `python -m assistant`."""

from assistant.commands.cli import main

main()
