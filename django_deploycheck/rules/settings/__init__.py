"""Rules about settings, the environment and secrets."""
