"""How Sphinx builds the documentation: ``sphinx-build -W docs docs/_build/html``."""

from __future__ import annotations

import django_deploycheck

project = "django-deploycheck"
author = "django-deploycheck contributors"
copyright = f"2026 {author}"
version = release = django_deploycheck.__version__

extensions = ["myst_parser"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"{project} {release}"
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["pages.css"]
# The JSON Schema has an address of its own, at the root of the site.
html_extra_path = ["schemas"]
# The examples of mistakes need not be valid in the language they are highlighted as.
suppress_warnings = ["misc.highlighting_failure"]
nitpicky = True
