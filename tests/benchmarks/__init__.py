"""
What the app costs, measured: ``python -m tests.benchmarks`` in a clone, with a Python that has the package's requirements.

Nothing here is run by pytest but what :mod:`tests.benchmarks.gates` holds; see docs/performance.md for the results.
"""
