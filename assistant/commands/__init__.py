"""The subcommands of `assistant`, a file each; what a command needs is imported when it runs, so `--help` is quick."""
