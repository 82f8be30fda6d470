"""The core: whatever stores the helpdesk, and the way to it."""
