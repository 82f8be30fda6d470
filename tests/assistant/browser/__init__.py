"""What an agent's browser sees."""
