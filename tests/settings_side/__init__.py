"""The rules over evaluated settings, against the real packages that sites use: each site runs in a process of its own."""
