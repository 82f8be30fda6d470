"""The gateway in front of a core: a real nginx, a scripted core that misbehaves, and the built-in desk."""
