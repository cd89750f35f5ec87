# SPDX-License-Identifier: MIT
"""Decides what becomes of a mutant: runs tests, and again where the host may be to blame."""

import re

from . import plan

IS_SUBTEST = re.compile(r"\w+@\S+$")
# Reports of the kernel that a host without a processor to spare can cause.
IS_ABOUT_TIME = re.compile(r"blocked for more than|stall|lockup")

# How often a run is repeated that came to nothing.
REPEATS = 3


def has_no_result(outcome):
    return outcome.means == "test bed"


def wants_another(outcome):
    """Whether all has to be run again before it counts: the fault may be the host's,
    and there is no subtest that could be run alone."""
    if outcome.means == "timeout":
        return not IS_SUBTEST.match(outcome.by)
    return has_no_result(outcome) or \
        outcome.means == "kernel" and bool(IS_ABOUT_TIME.search(outcome.by))


def may_be_chance(outcome):
    """What the load of the host may cause is made sure of by a second run."""
    return outcome.means in ("igt", "skip", "timeout") and IS_SUBTEST.match(outcome.by)


class Judge:
    """Of one mutant, in one guest."""

    def __init__(self, guest, baseline, unmutated, link):
        self.guest = guest
        self.baseline = baseline
        self.unmutated = unmutated      # {whether with unit tests: module}
        self.link = link                # of the mutant: the same, called
        self.seconds = 0.0
        self.flukes = []                # subtests whose failure does not count
        self.undecided = []             # runs that never had a result

    def judge(self, runs):
        """Runs tests until one notices the mutant. Returns a result's fields.

        runs: boots and their themes. One without a result leaves it to the others to catch
        the mutant, but not to say that it survived.
        """
        for boot, themes in runs:
            if outcome := self._catch(boot, list(themes)):
                return self._result("caught", means=outcome.means, theme=outcome.theme,
                                    by=outcome.by)
        if self.undecided:
            return self._result("undecided", means="test bed", by=self.undecided[0])
        return self._result("survived")

    def _result(self, verdict, **fields):
        return {"verdict": verdict, **fields, "seconds": round(self.seconds, 1),
                "flukes": self.flukes}

    def _catch(self, boot, left):
        """Returns the outcome that counts as caught, or None."""
        ko = self.link(not left)
        while left or boot is plan.KUNIT:
            outcome = self._run(ko, boot, self.baseline.tests(left), self._known(boot, left),
                                wants_another)
            if has_no_result(outcome):
                self.undecided.append(f"{boot.name}: {outcome.by}")
            if not outcome.caught:
                return None
            if not may_be_chance(outcome):
                return outcome
            known = self._known(boot, [outcome.theme])
            alone = {name: known[name] for name in known if name == outcome.by}
            if self._certain(ko, boot, [outcome.by], alone):
                return outcome
            # It came to nothing when it was run alone: the rest has to decide.
            self.flukes.append(outcome.by)
            if again := self._certain(ko, boot, self.baseline.tests([outcome.theme]), known,
                                      final=True):
                return again
            left = left[left.index(outcome.theme) + 1:]
        return None

    def _certain(self, ko, boot, tests, known, final=False):
        """Runs tests once more. What fails without the mutant as well is the host's fault.

        final: nothing else runs what was to come after a test that fails.
        Returns the outcome that counts as caught, or None.
        """
        outcome = self._run(ko, boot, tests, known, has_no_result)
        last = outcome
        if outcome.caught:
            last = self._run_without(boot, tests, known)
        if has_no_result(last) or final and last.caught:
            self.undecided.append(f"{boot.name}: {' '.join(tests)}: {last.by}")
        return outcome if outcome.caught and not last.means else None

    def _run_without(self, boot, tests, known):
        """Runs tests without the mutant, and leaves the logs of the mutant as they are."""
        keep = self.guest.keep
        self.guest.keep = keep / "without"
        self.guest.keep.mkdir(exist_ok=True)
        try:
            return self._run(self.unmutated[not boot.themes], boot, tests, known, has_no_result)
        finally:
            self.guest.keep = keep

    def _run(self, ko, boot, tests, known, is_nothing):
        """Runs tests, and again while that comes to nothing."""
        for _ in range(1 + REPEATS):
            outcome = self.guest.run(ko, boot, tests, known)
            self.seconds += outcome.seconds
            if not is_nothing(outcome):
                break
        return outcome

    def _known(self, boot, themes):
        return {name: value for name, value in self.baseline.known[boot.name].items()
                if name.split("@")[0] in themes}
