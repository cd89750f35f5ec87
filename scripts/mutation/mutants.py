# SPDX-License-Identifier: MIT
"""Mutants: what the rules make of a source, and a choice of them."""

import difflib
import random
from dataclasses import dataclass

from .operators import OPERATORS
from .source import Source


@dataclass(frozen=True)
class Mutant:
    file: str           # name within the driver
    function: str       # or the name of the table
    operator: str
    line: int
    original: str       # the line that the change begins in, without indentation
    start: int          # in the text of the file
    end: int
    new: str

    def apply(self, text):
        return text[:self.start] + self.new + text[self.end:]

    def diff(self, text):
        lines = difflib.unified_diff(text.splitlines(), self.apply(text).splitlines(),
                                     f"a/{self.file}", f"b/{self.file}", lineterm="", n=2)
        return "\n".join(lines)

    @property
    def title(self):
        return f"{self.file}:{self.line} {self.function}(): {self.operator}"

    @property
    def key(self):
        """What identifies it as long as its line stays the same."""
        return self.file, self.function, self.original, self.operator


def mutants_of(path):
    """All mutants of a file, in the order of the rules and of the text."""
    source = Source(path)
    tokens = source.tokens
    found = []
    for body in source.bodies:
        for operator, rule in OPERATORS.items():
            for first, last, new in rule(source, body):
                if any(index in source.no_code for index in (first, last)):
                    continue
                token = tokens[first]
                found.append(Mutant(path.name, body.name, operator, token.line,
                                    source.line_text(token.line), token.start,
                                    tokens[last].end, new))
    return found


def shares(weights, count, rng):
    """Shares count out by weight, at least one each where there is enough."""
    total = sum(weights.values())
    exact = {name: count * weight / total for name, weight in weights.items()}
    given = {name: int(share) for name, share in exact.items()}
    if count >= len(weights):
        given = {name: max(share, 1) for name, share in given.items()}
    names = sorted(weights)
    rng.shuffle(names)
    names.sort(key=lambda name: given[name] - exact[name])
    while sum(given.values()) < count:
        for name in names[:count - sum(given.values())]:
            given[name] += 1
    names.reverse()
    while sum(given.values()) > count:
        for name in names:
            if given[name] > 1 and sum(given.values()) > count:
                given[name] -= 1
    return given


def in_random_order(mutants, rng):
    """Rules and lines in turn, so that neither long functions nor common rules prevail."""
    by_operator = {}
    for mutant in mutants:
        by_operator.setdefault(mutant.operator, []).append(mutant)
    for several in by_operator.values():
        rng.shuffle(several)
    used, again = set(), []
    while by_operator:
        for operator in rng.sample(sorted(by_operator), len(by_operator)):
            mutant = by_operator[operator].pop()
            if not by_operator[operator]:
                del by_operator[operator]
            if mutant.line in used:
                again.append(mutant)
                continue
            used.add(mutant.line)
            yield mutant
    yield from again


def choose(paths, count, seed):
    """Yields (number wanted, candidates in their order) for each file.

    What is chosen depends on the files' text, count and seed, on nothing else.
    """
    rng = random.Random(seed)
    found = {path: mutants_of(path) for path in sorted(paths)}
    weights = {path: len(path.read_text().splitlines()) for path, some in found.items() if some}
    for path, number in sorted(shares(weights, count, rng).items()):
        own = random.Random(f"{seed}:{path.name}")
        yield path, number, in_random_order(found[path], own)
