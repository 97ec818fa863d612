"""How the pages become a manual: `sphinx-build -W docs public`."""

project = "citebot"
author = "citebot developers"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
html_theme = "alabaster"
html_theme_options = {"description": "Answers that name their source", "page_width": "64rem"}
html_show_sourcelink = False
nitpicky = True
