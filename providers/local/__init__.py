"""The built-in model: its process, which all processes of a machine share, and the server in it."""
