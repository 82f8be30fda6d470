"""The prompt registry: one Jinja file per prompt, checked when it is loaded."""
