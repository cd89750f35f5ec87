# SPDX-License-Identifier: GPL-2.0
"""Configuration of Sphinx. Built by "make docs"."""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(HERE)
sys.path.insert(0, os.path.join(HERE, "sphinx"))

project = "miracast DRM driver"
extensions = ["automarkup", "kerneldoc", "sphinx.ext.autosectionlabel"]
autosectionlabel_prefix_document = True
autosectionlabel_maxdepth = 2
exclude_patterns = ["sphinx"]

kerneldoc_srctree = PROJECT
kerneldoc_bin = subprocess.run(
    [os.path.join(PROJECT, "scripts/kernel-tools"), "kernel-doc"],
    check=True, text=True, stdout=subprocess.PIPE).stdout.strip()

primary_domain = "c"
highlight_language = "none"
c_id_attributes = ["__user"]
# The manual describes its own names; those of kernel and compiler are elsewhere.
nitpick_ignore_regex = [("c:.*", "(?!(drm_)?miracast_).*")]

html_theme = "alabaster"
html_theme_options = {
    "page_width": "72em",
    "sidebar_width": "16em",
    "fixed_sidebar": True,
    "show_powered_by": False,
}
html_copy_source = False
html_show_copyright = False
