"""Rules about what a release runs, migrations first."""
