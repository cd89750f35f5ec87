# SPDX-License-Identifier: MIT
"""Builds a mutant in a second or two: one compilation and two links.

The unmutated module is built by Kbuild, in an object directory of its own. What
Kbuild noted there, the command of each step, is repeated for the mutant with the
paths of a job's directory. Modpost is left out: a mutant refers to nothing new.
"""

import hashlib
import os
import re
import subprocess

from .jobs import run_build

MODULE = "miracast"


class BuildError(Exception):
    pass


class Builder:
    def __init__(self, project, kernel, objects):
        self.project = project
        self.kernel = kernel
        self.objects = objects
        self.kbuild = None
        self._references = {}

    def path(self, what):
        """A path of the kernel, see scripts/kernels."""
        script = self.project / "scripts/kernels"
        return subprocess.run([script, "path", self.kernel, what], check=True,
                              stdout=subprocess.PIPE, text=True).stdout.strip()

    def prepare(self):
        """Builds the unmutated module."""
        self.objects.mkdir(parents=True, exist_ok=True)
        self.kbuild = self.path("kbuild")
        log = self.objects.with_suffix(".log")
        environment = {name: value for name, value in os.environ.items() if name != "KDIR"}
        if run_build(["make", "--no-print-directory", "-C", self.project, "module",
                      f"KERNEL={self.kernel}", f"OBJ={self.objects}"], log, env=environment):
            raise BuildError(f"the module does not build, see {log}")
        return self.objects / f"{MODULE}.ko"

    def _command(self, target):
        """The shell command that Kbuild made a target with."""
        text = (self.objects / f".{target}.cmd").read_text()
        line = text.split("\n", 1)[0]
        return line.split(" := ", 1)[1].replace("$(pound)", "#").replace("$$", "$")

    def _moved(self, command, names, job):
        """A command with some of the files in the job's directory instead."""
        for name in names:
            path = re.escape(f"{self.objects}/{name}")
            command = re.sub(rf"{path}(?![\w.])", f"{job}/{name}", command)
        return command

    def _run(self, command):
        # A signal from the terminal is not for the compiler: it would be a mutant that does
        # not compile.
        result = subprocess.run(["bash", "-c", command], cwd=self.kbuild, text=True,
                                start_new_session=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if result.returncode:
            raise BuildError(result.stdout)

    def compile(self, file, text, job, suffix=""):
        """Compiles the text of a file. Returns the object's hash.

        suffix: of the object's name, for one that is not to be linked.
        """
        stem = file.removesuffix(".c")
        (job / file).write_text(text)
        command = self._command(f"{stem}.o")
        command = self._moved(command, [f"{stem}.o", f"{stem}.c", f".{stem}.o.d"], job)
        # Its neighbours are still where they were, and so is what __FILE__ says.
        flags = f" -iquote {self.objects} -Werror -Wno-parentheses" \
            f" -fmacro-prefix-map={job}/={self.objects}/ -c "
        command = command.replace(" -c ", flags, 1)
        self._run(re.sub(rf"{re.escape(f'{job}/{stem}.o')}(?![\w.])",
                         f"{job}/{stem}.o{suffix}", command))
        return hashlib.sha256((job / f"{stem}.o{suffix}").read_bytes()).hexdigest()

    def is_unchanged(self, file, original, digest, job):
        """Whether the compiler made the same of a mutant as of the original text.

        Names of files are in the object, so both are compiled in the same place.
        """
        key = file, job
        if key not in self._references:
            self._references[key] = self.compile(file, original, job, ".original")
        return self._references[key] == digest

    def link(self, file, job, unit_tests):
        """Links the module with the object in the job's directory; returns its path.

        Its unit tests run each time it is loaded, which tests do again and again, so
        they can be left out. file: None for the unmutated module.
        """
        changed = f"{file.removesuffix('.c')}.o" if file else ""
        names = (self.objects / f"{MODULE}.mod").read_text().split()
        names = [f"{job}/{changed}" if name == f"{self.objects}/{changed}" else name
                 for name in names if unit_tests or "/tests/" not in name]
        job = job / ("unit-tests" if unit_tests else "module")
        job.mkdir(exist_ok=True)
        (job / f"{MODULE}.mod").write_text("\n".join(names) + "\n")
        for target in (f"{MODULE}.o", f"{MODULE}.ko"):
            command = self._command(target)
            names = [f"{MODULE}.o", f"{MODULE}.mod", f"{MODULE}.ko"]
            self._run(self._moved(command, names, job))
        return job / f"{MODULE}.ko"
