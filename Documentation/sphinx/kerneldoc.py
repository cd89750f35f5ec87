# SPDX-License-Identifier: GPL-2.0
"""The kernel-doc directive of the kernel tree, as far as these pages use it:

.. kernel-doc:: FILE
   :doc: TITLE               only the DOC: section of that title
   :identifiers: [NAME...]   only these symbols; without names all of them

FILE is relative to the project. The kernel's own script does the work.
"""

import os
import subprocess

import sphinx
from docutils import nodes, statemachine
from docutils.parsers.rst import Directive, directives
from sphinx.util.docutils import switch_source_input


class KernelDoc(Directive):
    required_arguments = 1
    option_spec = {
        "doc": directives.unchanged_required,
        "identifiers": directives.unchanged,
    }

    def command(self, path):
        config = self.state.document.settings.env.config
        command = ["perl", config.kerneldoc_bin, "-rst", "-Werror",
                   "-sphinx-version", sphinx.__version__]
        if "doc" in self.options:
            command += ["-function", self.options["doc"]]
        else:
            command += ["-no-doc-sections"]
            for name in self.options.get("identifiers", "").split():
                command += ["-function", name]
        return command + [path]

    def run(self):
        env = self.state.document.settings.env
        path = os.path.join(env.config.kerneldoc_srctree, self.arguments[0])
        env.note_dependency(path)
        try:
            text = subprocess.run(self.command(path), check=True, text=True,
                                  stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE).stdout
        except (OSError, subprocess.CalledProcessError) as error:
            raise self.error(getattr(error, "stderr", None) or str(error))

        lines = statemachine.StringList(
            statemachine.string2lines(text, 8, convert_whitespace=True), path)
        section = nodes.section()
        with switch_source_input(self.state, lines):
            self.state.nested_parse(lines, 0, section, match_titles=1)
        return section.children


def setup(app):
    app.add_config_value("kerneldoc_bin", None, "env")
    app.add_config_value("kerneldoc_srctree", None, "env")
    app.add_directive("kernel-doc", KernelDoc)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
