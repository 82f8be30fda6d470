"""The built-in core storage: a small helpdesk of its own, so that the assistant runs with nothing else."""
