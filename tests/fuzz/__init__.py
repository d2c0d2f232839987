"""
Fuzzing: every target in ``tests/fuzz/targets`` on inputs that nobody wrote. ``python -m tests.fuzz --help`` says how.
"""
