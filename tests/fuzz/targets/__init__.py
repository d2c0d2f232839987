"""What is fuzzed: each module here defines ``targets()``, which yields ``tests.fuzz.core.Target``."""
