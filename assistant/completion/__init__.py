"""What the service exists for: from a draft and a prompt's key to a better reply."""
