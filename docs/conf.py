"""How Sphinx builds the documentation; what the pages say is in the pages. Every warning is an error (`nox -s docs`)."""

from __future__ import annotations

import sys
from importlib.metadata import version as installed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))  # tables and figures, printed from the rules themselves

project = "subaccounts"
author = "The subaccounts authors"
copyright = "2026, the subaccounts authors"
release = installed("subaccounts")
version = ".".join(release.split(".")[:2])

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.viewcode", "printed"]
nitpicky = False  # a reference to the standard library would need its inventory from the network

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

# A docstring writes `name` where it means code; no page has to say so again.
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_class_signature = "mixed"
autodoc_typehints_format = "short"
maximum_signature_line_length = 130
add_module_names = False
toc_object_entries_show_parents = "hide"
python_use_unqualified_type_names = True
autodoc_default_options = {"members": True, "show-inheritance": True}

html_theme = "furo"
html_title = f"subaccounts {version}"
html_static_path = ["_static"]
html_css_files = ["figures.css"]
exclude_patterns = ["_ext"]
