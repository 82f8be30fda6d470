"""What authors do with prompts: edit, check, try, publish, take back."""
