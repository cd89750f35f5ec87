# SPDX-License-Identifier: MIT
"""What the tests come to without a mutant, kept for later runs."""

import hashlib
import json
import sys

from . import plan
from .jobs import jobs


class Baseline:
    """What the tests say of the unmutated module, and how long they take.

    Kept for runs with the same kernel, modules, tests and number of guests.
    """

    def __init__(self, known, unreliable):
        self.known = known              # {boot: {subtest: (result, seconds)}}
        self.unreliable = unreliable    # subtests that failed at least once

    @classmethod
    def get(cls, path, image, kos, guests, tests, boots):
        """What the file at the path does not have of some boots is measured."""
        digest = hashlib.sha256(repr((plan.BOOTS, len(guests))).encode())
        for file in [image, kos(plan.MAIN), kos(plan.KUNIT), *sorted(tests.rglob("*"))]:
            digest.update(file.read_bytes() if file.is_file() else b"")
        key = digest.hexdigest()
        try:
            kept = json.loads(path.read_text())
        except (OSError, ValueError):
            kept = {}
        if kept.get("key") != key:
            kept = {"key": key, "known": {}, "unreliable": []}
        for boot in (boot for boot in boots if boot.name not in kept["known"]):
            known, unreliable = cls.measure(boot, kos(boot), guests)
            kept["known"][boot.name] = known
            kept["unreliable"] = sorted({*kept["unreliable"], *unreliable})
            path.write_text(json.dumps(kept))
        for name in kept["unreliable"]:
            print(f"baseline: left out, because it fails at times: {name}")
        return cls(kept["known"], set(kept["unreliable"]))

    @classmethod
    def measure(cls, boot, ko, guests):
        """Runs everything of a boot in as many guests at once as there will be."""
        known, unreliable = {}, set()
        with jobs(len(guests)) as pool:
            outcomes = list(pool.map(
                lambda guest: guest.run(ko, boot, cls({}, set()).tests(boot.themes), None),
                guests))
        for outcome in outcomes:
            if boot.themes and not outcome.subtests:
                sys.exit(f"mutate: {boot.name}: no test ran without a mutant, "
                         f"see {guests[0].keep}")
            for name, (result, seconds) in outcome.subtests.items():
                before = known.get(name, (result, 0))
                if result not in ("SUCCESS", "SKIP"):
                    unreliable.add(name)
                worst = result if before[0] == "SUCCESS" else before[0]
                known[name] = (worst, max(seconds, before[1]))
            if outcome.caught and outcome.means != "igt":
                sys.exit(f"mutate: {boot.name}: without a mutant: {outcome.by}")
        known = {name: value for name, value in known.items() if name not in unreliable}
        total = sum(seconds for _, seconds in known.values())
        print(f"baseline: {boot.name}: {len(known)} subtests, {total:.0f} s", flush=True)
        return known, unreliable

    def tests(self, themes):
        """Arguments of igt-tests/run: the themes without what cannot be relied on."""
        arguments = []
        for theme in themes:
            bad = [f"!{name.split('@')[1]}" for name in sorted({*self.unreliable, *plan.LEFT_OUT})
                   if name.startswith(f"{theme}@")]
            arguments.append(f"{theme}@{','.join(['*', *bad])}" if bad else theme)
        return arguments
