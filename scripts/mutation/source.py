# SPDX-License-Identifier: MIT
"""C sources as tokens: enough of the language to change it by rule.

Comments and preprocessor lines are no tokens. What is found are the bodies of
functions, and initialisers outside of them; declarations of types, macros and
prototypes are left alone.
"""

import re
from dataclasses import dataclass

TOKEN = re.compile(r"""
    (?P<skip>   /\*.*?\*/ | //[^\n]* | (?:^|(?<=\n))[ \t]*\#(?:[^\n\\]|\\.|\\\n)* | \s+ | \\\n ) |
    (?P<string> L?"(?:[^"\\\n]|\\.)*" ) |
    (?P<char>   L?'(?:[^'\\\n]|\\.)*' ) |
    (?P<number> (?:0[xX][0-9a-fA-F]+|\d+)\w* ) |
    (?P<name>   [A-Za-z_]\w* ) |
    (?P<op>     \.\.\.|<<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[^\w\s] )
""", re.VERBOSE | re.DOTALL)

OPENING = {"(": ")", "[": "]", "{": "}"}

# Words that stand before a parenthesis and are no functions.
KEYWORDS = frozenset("""if else for while do switch case default return goto break continue
    sizeof typeof __typeof__ alignof offsetof""".split())

# What follows the list of parameters.
ATTRIBUTES = re.compile(r"__\w+$")

# Calls that report, assert or document. A mutant in there is no bug of the driver.
NO_CODE = re.compile(r"""(?:
    lockdep_\w+ | might_\w+ |
    (?:drm|dev|pr|netdev)_(?:emerg|alert|crit|err|warn|notice|info|dbg|debug)\w* | printk\w* |
    (?:drm_)?WARN\w* | BUG\w* | BUILD_BUG\w* | static_assert | cond_resched | cpu_relax |
    sizeof | offsetof | typeof | __typeof__ | ARRAY_SIZE | container_of | prefetch\w*
)$""", re.VERBOSE)


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    start: int
    end: int
    line: int


@dataclass(frozen=True)
class Body:
    """The tokens of a function's body, or of an initialiser, brackets included."""
    name: str
    returns: tuple      # words of the function's type; empty for an initialiser
    first: int          # indices into Source.tokens
    last: int

    @property
    def is_function(self):
        return bool(self.returns)


def tokenize(text):
    tokens, line, at = [], 1, 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise ValueError(f"line {line}: no C: {text[at:at + 20]!r}")
        if match.lastgroup != "skip":
            tokens.append(Token(match.lastgroup, match.group(), match.start(), match.end(), line))
        line += match.group().count("\n")
        at = match.end()
    return tokens


class Source:
    """A file: its text, tokens, matching brackets and bodies."""

    def __init__(self, path):
        self.path = path
        self.text = path.read_text()
        self.tokens = tokenize(self.text)
        self.partner = self._match_brackets()
        self.bodies = list(self._find_bodies())
        self.no_code = self._find_no_code()

    def line_text(self, line):
        return self.text.split("\n")[line - 1].strip()

    def body_at(self, index):
        """The body that a token is in."""
        return next((body for body in self.bodies if body.first <= index <= body.last), None)

    def is_call(self, index):
        """Whether a token is the name in front of a call's parenthesis."""
        return (self.tokens[index].kind == "name" and
                self.tokens[index].text not in KEYWORDS and
                index + 1 < len(self.tokens) and self.tokens[index + 1].text == "(")

    def _match_brackets(self):
        partner, open_ones = {}, []
        for index, token in enumerate(self.tokens):
            if token.kind != "op":
                continue
            if token.text in OPENING:
                open_ones.append(index)
            elif token.text in OPENING.values():
                first = open_ones.pop()
                if OPENING[self.tokens[first].text] != token.text:
                    raise ValueError(f"{self.path}:{token.line}: unbalanced {token.text}")
                partner[first], partner[index] = index, first
        if open_ones:
            raise ValueError(f"{self.path}: unbalanced")
        return partner

    def _find_bodies(self):
        """Walks over what is outside of all brackets."""
        tokens = self.tokens
        index = begin = 0
        while index < len(tokens):
            text = tokens[index].text
            if text == "{":
                yield from self._body(begin, index)
                index = self.partner[index]
                if index + 1 == len(tokens) or tokens[index + 1].text not in (";", ","):
                    begin = index + 1
            elif text in ("(", "["):
                index = self.partner[index]
            elif text == ";":
                begin = index + 1
            elif text == "=" and tokens[index + 1].text != "{":
                last = index
                while tokens[last + 1].text != ";":
                    last += 1
                yield Body(self._declared(begin, index), (), index + 1, last)
            index += 1

    def _declared(self, begin, index):
        """The name that is declared before an equals sign."""
        index -= 1
        while self.tokens[index].text == "]":
            index = self.partner[index] - 1
        return self.tokens[index].text

    def _body(self, begin, brace):
        tokens = self.tokens
        if tokens[brace - 1].text == "=":
            yield Body(self._declared(begin, brace - 1), (), brace, self.partner[brace])
            return
        index = brace - 1
        while tokens[index].text == ")":
            before = self.partner[index] - 1
            if tokens[before].kind == "name" and not ATTRIBUTES.match(tokens[before].text):
                returns = tuple(token.text for token in tokens[begin:before])
                yield Body(tokens[before].text, returns or ("int",), brace, self.partner[brace])
                return
            index = before - 1

    def _find_no_code(self):
        """Indices of tokens that no rule applies to."""
        found = set()
        for index, token in enumerate(self.tokens):
            if self.is_call(index) or token.text in ("sizeof", "typeof", "__typeof__", "offsetof"):
                if NO_CODE.match(token.text) and self.tokens[index + 1].text == "(":
                    found.update(range(index, self.partner[index + 1] + 1))
        return found
