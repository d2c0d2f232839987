"""Deployment checks for ``manage.py check --deploy``. Nothing is imported here: being installed costs a site nothing."""

__version__ = "0.1.0"
