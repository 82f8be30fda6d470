"""What goes wrong with a server of the suite."""


class ServerError(RuntimeError):
    """A server cannot be found, installed or started; the message ends with what to do or with the server's log."""
