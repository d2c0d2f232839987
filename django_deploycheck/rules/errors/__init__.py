"""Rules about error reporting."""
