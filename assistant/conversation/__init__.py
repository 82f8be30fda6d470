"""What a model is told of a conversation, read with the rights of the agent who asks."""
