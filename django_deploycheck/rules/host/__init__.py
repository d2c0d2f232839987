"""Rules about containers, hosts and dependencies."""
