# SPDX-License-Identifier: GPL-2.0
"""Turns "struct x", "enum x" and "x()" in the text into references, where the
manual has a description of x, as the kernel tree's documentation does."""

import re

from docutils import nodes
from sphinx import addnodes

NAME = re.compile(r"\b(?:(?:struct|enum)\s+(\w+)|(\w+)\(\))")
ROLES = ("struct", "enum", "function", "macro")


def reference(app, docname, match):
    """A node that refers to what was matched, or None."""
    domain = app.env.get_domain("c")
    name = match.group(1) or match.group(2)
    for role in ROLES:
        xref = addnodes.pending_xref("", refdomain="c", reftype=role,
                                     reftarget=name, modname=None,
                                     classname=None)
        # The domain looks for the name in the scope of this key: the file's.
        xref["c:parent_key"] = None
        found = domain.resolve_xref(app.env, docname, app.builder, role, name,
                                    xref, nodes.Text(match.group(0)))
        if found:
            return found
    return None


def replace_in(app, docname, node):
    text = node.astext()
    parts, done = [], 0
    for match in NAME.finditer(text):
        found = reference(app, docname, match)
        if found:
            parts += [nodes.Text(text[done:match.start()]), found]
            done = match.end()
    if parts:
        node.parent.replace(node, parts + [nodes.Text(text[done:])])


def markup(app, doctree, docname):
    for paragraph in doctree.traverse(nodes.paragraph):
        for node in list(paragraph.traverse(nodes.Text)):
            if isinstance(node.parent, (nodes.paragraph, nodes.emphasis)):
                replace_in(app, docname, node)


def setup(app):
    app.connect("doctree-resolved", markup)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
