"""
The rules about error trackers, held against the real packages.

Each site runs in processes of its own, so that no tracker stays behind in the one that tests. Nothing is ever sent:
addresses are closed ports of this machine, and what would be fetched or started beside the site is switched off.
"""
