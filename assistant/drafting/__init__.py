"""What the AI buttons of a helpdesk do: reply, summary, tags and the copilot, each by a prompt of the registry."""
