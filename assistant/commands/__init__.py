"""The subcommands of `assistant`, a group a file."""
