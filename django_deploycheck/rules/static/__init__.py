"""Rules about static and media files."""
