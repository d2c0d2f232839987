"""Rules about the server process: what starts, with which options, where it listens."""
