"""Configuration of Sphinx: https://www.sphinx-doc.org/en/master/usage/configuration.html."""

import keras_serializable

project = "keras-serializable"
author = "The keras-serializable maintainers"
project_copyright = author
version = release = keras_serializable.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
nitpicky = False
default_role = "code"  # docstrings mark code with single backquotes

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_maximum_signature_line_length = 80
napoleon_google_docstring = True
napoleon_numpy_docstring = False
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["narrow.css"]
html_title = f"{project} {version}"
