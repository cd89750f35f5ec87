# SPDX-License-Identifier: MIT
"""Runs the tests in a guest until the first of them notices something."""

import contextlib
import os
import pathlib
import re
import selectors
import signal
import subprocess
import time
from dataclasses import dataclass, field

from .jobs import Ended, ending

# Of what the tests print.
THEME = re.compile(r"^== (\S+)$")
STARTED = re.compile(r"^Starting subtest: (\S+)$")
ENDED = re.compile(r"^Subtest (\S+): ([A-Z]+) \(")
COUNTED = re.compile(r"^\d+ passed, \d+ failed, \d+ skipped$")
RUN_FAILED = re.compile(r"^(miracast_\w+): (no subtest was run|exit status \d+)$")
# Of the kernel's log: what is worth asking scripts/check-log about, and unit tests.
SUSPICIOUS = re.compile(rb"WARNING|BUG|ERROR|Oops|Kernel panic|cut here|leak|INFO:|UBSAN|ODEBUG|"
                        rb"hung|refcount|corruption|allocation failure")
KUNIT_FAILED = re.compile(rb"^\[[ \d.]+\] {4,}not ok \d+ (?:- )?([^\n#]*)", re.M)

GOOD = ("SUCCESS", "SKIP")

# Of the guest's own time, which runs ahead when all of its processes wait: so one in
# which nothing happens any more comes to its end at once.
GUEST_SECONDS = 3600

# A limit on time is one on what the guest computes, because a busy host leaves it little
# of a processor. One that has not computed so much in this many times the limit is no
# result.
PATIENCE = 10


@dataclass(frozen=True)
class Boot:
    """One way to start a guest."""
    name: str
    kernel: str
    themes: tuple
    options: tuple = ()         # of scripts/vm
    environment: tuple = ()     # of the tests


@dataclass
class Outcome:
    """What a run of tests came to."""
    caught: bool
    means: str = ""             # kunit, igt, skip, timeout, kernel, module
    by: str = ""                # which test, or what the kernel said
    theme: str = ""
    seconds: float = 0.0
    subtests: dict = field(default_factory=dict)    # name: (result, seconds)


class Guest:
    """Starts guests for one job, with files of its own."""

    def __init__(self, project, tests, keep, objects):
        self.project = project
        self.tests = tests          # folder with a copy of the tests
        self.keep = keep            # where logs go
        self.objects = objects      # where the job's mutants are built
        self.vm = None
        self._log = None            # the kernel's, while the guest runs
        self._sessions = set()      # of the guest's processes

    def run(self, ko, boot, themes, known, factor=4.0, slack=15.0, patience=PATIENCE):
        """Runs the tests of some themes; stops at the first that fails.

        known: {subtest: (result, seconds)} of a run without a mutant, or None for such
        a run, which goes on to the end. Raises Ended when the program ends.
        """
        self._log = None
        log_path = self.keep / f"{boot.name}.log"
        command = [self.project / "scripts/vm", "-k", boot.kernel, "-t", str(GUEST_SECONDS),
                   "--ko", ko, "-o", self.keep / boot.name, *boot.options, "--"]
        command += ["env", f"MIRACAST_IGT={self.tests}/igt", *boot.environment,
                    self.tests / "run", *themes] if themes else ["true"]
        started = time.monotonic()
        with log_path.open("w") as log:
            self.vm = subprocess.Popen(
                [str(word) for word in command], cwd=self.project,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                start_new_session=True)
            self._sessions = {self.vm.pid}
            try:
                outcome = self._watch(boot, log, known, factor, slack, patience)
            finally:
                self._stop()
        outcome.seconds = time.monotonic() - started
        return outcome

    def _stop(self):
        """Ends the guest, and whatever of it is left."""
        # A process is recognised by its parent or its session. One that begins a session
        # just when its parent ends has neither, so each is noted by itself as well.
        noted = []
        if self.vm.poll() is None:
            for process in self._processes():
                with contextlib.suppress(ProcessLookupError):
                    noted.append(os.pidfd_open(int(process.name)))
            self.vm.send_signal(signal.SIGTERM)
            try:
                self.vm.wait(10)
            except subprocess.TimeoutExpired:
                pass
        for process in self._processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(process.name), signal.SIGKILL)
        for fd in noted:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(fd, signal.SIGKILL)
            os.close(fd)
        self.vm.wait()
        self.vm.stdout.close()

    def _watch(self, boot, log, known, factor, slack, patience):
        seen, theme, current = {}, "", None
        began = last = time.monotonic()
        pending, log_offset, next_look, mark = b"", 0, 0.0, None
        selector = selectors.DefaultSelector()
        selector.register(self.vm.stdout, selectors.EVENT_READ)

        def caught(means, by):
            return Outcome(True, means, by, theme, subtests=seen)

        while True:
            if ending.is_set():
                raise Ended
            if selector.select(0.5):
                data = os.read(self.vm.stdout.fileno(), 65536)
                log.write(data.decode(errors="replace"))
                log.flush()
                *lines, pending = (pending + data).split(b"\n")
                for line in (raw.decode(errors="replace").rstrip("\r") for raw in lines):
                    now = time.monotonic()
                    if match := THEME.match(line):
                        theme, last = match[1].split("@")[0], now
                    elif match := STARTED.match(line):
                        current, began, last = f"{theme}@{match[1]}", now, now
                    elif match := ENDED.match(line):
                        name = f"{theme}@{match[1]}"
                        worst = seen.get(name, ("SUCCESS", 0))[0]
                        result = match[2] if worst in GOOD else worst
                        seen[name] = (result, round(now - began, 2))
                        current, last = None, now
                        if known is not None and result not in GOOD:
                            return caught("igt", name)
                        if known is not None and result == "SKIP" and \
                                known.get(name, ("SKIP",))[0] == "SUCCESS":
                            return caught("skip", name)
                    elif RUN_FAILED.match(line) and known is not None:
                        return caught("igt", line)
                if not data:
                    break
            now = time.monotonic()
            if known is None:
                continue
            allowed = slack + factor * (known.get(current, ("", 5.0))[1])
            if mark is None or mark[0] != last:
                # What it computed before it fell silent does not count.
                mark = (last, self._computed()) if now - last > 2 else None
            elif now - last > allowed and self._is_off():
                return Outcome(False, "test bed", "the guest is off, and nobody noticed")
            elif now - last > allowed and self._computed() - mark[1] > allowed:
                return caught("timeout", current or f"{theme or 'start'}: nothing happens")
            elif now - last > allowed * patience:
                return Outcome(False, "test bed", "the guest neither computes nor ends")
            if now >= next_look:
                next_look = now + 1
                found, log_offset = self._look_at_log(boot, log_offset)
                if found:
                    return caught(*found)

        return self._judge_end(boot, self.vm.wait(), seen, theme, known)

    def _processes(self):
        """Folders in /proc, of all that the guest is made of.

        User-Mode Linux begins a session of its own, with the processes inside of it.
        """
        parents, sessions = {}, {}
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                stat = (process / "stat").read_text()
            except OSError:
                continue
            parent, _, session = map(int, stat.rpartition(")")[2].split()[1:4])
            parents[process], sessions[process] = parent, session
        known = 0
        while known != len(self._sessions):
            known = len(self._sessions)
            found = {int(process.name) for process in sessions
                     if sessions[process] in self._sessions}
            self._sessions |= {sessions[process] for process in sessions
                               if parents[process] in found}
        return [process for process in sessions if sessions[process] in self._sessions]

    def _computed(self):
        """How much of a processor the guest has used, in seconds."""
        ticks = 0
        for process in self._processes():
            try:
                stat = (process / "stat").read_text()
            except OSError:
                continue
            # Its own, and that of its children that have ended
            ticks += sum(map(int, stat.rpartition(")")[2].split()[11:15]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def _kernel_log(self):
        """What the kernel has logged so far; scripts/vm keeps it in a folder of its own."""
        if not self._log:
            for process in self._processes():
                try:
                    words = (process / "cmdline").read_bytes().split(b"\0")
                except OSError:
                    continue
                for word in words:
                    if word.startswith(b"uml_dir="):
                        self._log = pathlib.Path(word[8:].decode()) / "kernel.log"
        try:
            return self._log.read_bytes() if self._log else b""
        except OSError:
            return b""

    def _is_off(self):
        return b"reboot: Power down" in self._kernel_log()

    def _look_at_log(self, boot, offset):
        """Reads on in the kernel's log; returns (what was found or None, offset)."""
        data = self._kernel_log()
        new = data[max(offset - 100, 0):]
        if match := KUNIT_FAILED.search(new):
            return ("kunit", match[1].decode().strip()), len(data)
        if SUSPICIOUS.search(new):
            time.sleep(0.3)     # the rest of the report
            report = self._check_log(boot, self._log) if self._log.exists() else ""
            if report:
                return self._classified(report), len(data)
        return None, len(data)

    @staticmethod
    def _classified(report):
        """What a report in the kernel's log says, and whether it is a unit test's."""
        if match := re.match(r"\s*# (\S+): (?:EXPECTATION|ASSERTION) FAILED", report):
            return "kunit", match[1]
        if match := re.match(r"\s*not ok \d+ (?:- )?([^#]*)", report):
            return "kunit", match[1].strip()
        return "kernel", report

    def _check_log(self, boot, path):
        allow = []
        for option, value in zip(boot.options, boot.options[1:]):
            allow += [option, value] if option == "--allow" else []
        result = subprocess.run([self.project / "scripts/check-log", *allow, path],
                                stdout=subprocess.PIPE, text=True, errors="replace")
        if result.returncode == 0:
            return ""
        lines = [re.sub(r"^\[[ \d.]+\](\[ *[TC]\d+\])? ?", "", line)
                 for line in result.stdout.splitlines()]
        headlines = [line for line in lines if line.strip(" -=") and "cut here" not in line]
        return (headlines or ["a report"])[0][:160]

    def _judge_end(self, boot, status, seen, theme, known):
        log = self.keep / boot.name / "kernel.log"
        outcome = Outcome(False, theme=theme, subtests=seen)
        if status == 126:
            return Outcome(False, "test bed", "the guest could not be started")
        if status == 124:
            outcome.means, outcome.by = "timeout", "the guest does not end"
        elif status == 125:
            outcome.means, outcome.by = self._complaint(boot, log)
        elif status:
            outcome.means, outcome.by = "igt", f"exit status {status}"
        elif known is not None and (missing := [name for name in known if name not in seen and
                                                name.split("@")[0] in self._themes(seen)]):
            outcome.means, outcome.by = "igt", f"{missing[0]} did not run"
        outcome.caught = bool(outcome.means)
        return outcome

    @staticmethod
    def _themes(seen):
        return {name.split("@")[0] for name in seen}

    def _complaint(self, boot, log):
        """What scripts/vm found when the tests were over."""
        report = self._check_log(boot, log) if log.exists() else ""
        if report:
            return self._classified(report)
        lines = (self.keep / f"{boot.name}.log").read_text(errors="replace").splitlines()
        said = [line.removeprefix("vm: ") for line in lines if line.startswith("vm: ")]
        units = [line for line in said if line.startswith("KUnit: fail")]
        if units:
            return "kunit", units[0].removeprefix("KUnit: fail ")
        leaks = [line for line in lines if line.startswith("unreferenced object")]
        return "module", (leaks or said or ["the module leaves something behind"])[0]
