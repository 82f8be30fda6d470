"""The way to the helpdesk: everything that is not ours is passed on, and it is asked who is calling."""
