# SPDX-License-Identifier: MIT
"""The rules that make small bugs of C code.

Each rule is a generator that gets a source and one of its bodies and yields
edits: (first token, last token, new text). To add a rule, write it and put it
into OPERATORS.
"""

import hashlib
import re
from dataclasses import dataclass

RELATIONS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}
LOGIC = {"&&": "||", "||": "&&"}
ARITHMETIC = {"+": "-", "-": "+", "+=": "-=", "-=": "+=", "++": "--", "--": "++",
              "<<": ">>", ">>": "<<", "*": "+", "/": "*", "%": "/", "&=": "|=", "|=": "&="}
ERRNOS = ["EINVAL", "EBUSY", "ENOENT", "ESTALE", "ENOMEM", "EACCES", "EFAULT", "EAGAIN",
          "ENODEV", "EOPNOTSUPP", "ENOTCONN", "EALREADY", "EPERM", "EINTR"]

UNLOCK = re.compile(r"\w*(?:unlock|_exit|_end|_done|_release)(?:_\w+)?$")
LOCK = re.compile(r"\w*_lock(?:_\w+)?$|drm_dev_enter$")
PUT = re.compile(r"""\w*_(?:put|free|unref|cancel|cancel_sync|unpin|vunmap|unmap|detach|destroy|
    cleanup|fini)(?:_\w+)?$|k?v?free$""", re.VERBOSE)
TYPE_WORD = re.compile(r"""(?:const|struct|union|enum|static|volatile|register|unsigned|signed|
    void|bool|char|short|int|long|float|double|size_t|ssize_t|loff_t|gfp_t|ktime_t|
    [us](?:8|16|32|64)|__[us](?:8|16|32|64)|__[bl]e(?:16|32|64)|
    DEFINE_\w+|DECLARE_\w+)$""", re.VERBOSE)


@dataclass(frozen=True)
class Statement:
    first: int
    last: int       # its semicolon
    kind: str       # expression, declaration, return, jump
    depth: int      # of braces and conditions around it; 0 at the top of a function


def find_statements(source, body):
    """Yields the statements of a function that have no statements in them."""
    tokens = source.tokens
    index = body.first + 1
    braces, nested = 0, 0
    while index < body.last:
        text = tokens[index].text
        if text in ("{", "}"):
            braces += 1 if text == "{" else -1
            nested = 0
            index += 1
        elif text in ("if", "for", "while", "switch") or \
                text.startswith(("for_each_", "list_for_each", "drm_for_each", "hlist_for_each")) \
                or "_for_each_" in text:
            nested += 1
            index = source.partner[index + 1] + 1
        elif text in ("else", "do"):
            nested += 1
            index += 1
        elif text in ("case", "default"):
            while tokens[index].text != ":":
                index += 1
            index += 1
        elif text == ";":
            nested = 0
            index += 1
        elif tokens[index + 1].text == ":" and tokens[index].kind == "name":
            index += 2
        else:
            last = index
            while tokens[last].text != ";":
                last = source.partner[last] if tokens[last].text in "([{" else last
                last += 1
            yield Statement(index, last, kind_of(source, index), braces + nested)
            nested = 0
            index = last + 1


def kind_of(source, index):
    tokens = source.tokens
    text = tokens[index].text
    if text == "return":
        return "return"
    if text in ("goto", "break", "continue"):
        return "jump"
    if TYPE_WORD.match(text):
        return "declaration"
    following = tokens[index + 1]
    if tokens[index].kind == "name" and following.kind == "name":
        return "declaration"
    if tokens[index].kind == "name" and following.text == "*" and \
            tokens[index + 2].kind == "name" and tokens[index + 3].text in (";", "=", ","):
        return "declaration"
    return "expression"


def called(source, statement):
    """The function that a statement calls, if it is nothing but a call."""
    if source.is_call(statement.first) and \
            source.partner[statement.first + 1] == statement.last - 1:
        return source.tokens[statement.first].text
    return ""


def operand_after(source, index, stop):
    """The last token of what follows an operator, up to one of the stops."""
    tokens = source.tokens
    last = index + 1
    while True:
        if tokens[last].text in "([{":
            last = source.partner[last]
        following = tokens[last + 1].text
        # A parenthesis after a name is a call or a macro, such as BIT().
        if following in stop and not source.is_call(last):
            return last
        last += 1


def operand_before(source, index, stop):
    tokens = source.tokens
    first = index - 1
    while True:
        if tokens[first].text in ")]}":
            first = source.partner[first]
        if tokens[first - 1].text in stop or tokens[first - 1].text == "return":
            return first
        first -= 1


def pick(source, index, choices):
    """One of the choices; the same one as long as the line is the same."""
    token = source.tokens[index]
    key = f"{source.path.name}:{source.line_text(token.line)}:{token.text}"
    return choices[hashlib.sha256(key.encode()).digest()[0] % len(choices)]


def inside(body):
    return range(body.first, body.last + 1)


# --- Rules --------------------------------------------------------------------

def condition_negated(source, body):
    for index in inside(body):
        if source.tokens[index].text in ("if", "while") and body.is_function:
            first, last = index + 1, source.partner[index + 1]
            condition = source.text[source.tokens[first].start:source.tokens[last].end]
            yield first, last, f"(!{condition})"


def relation_changed(source, body):
    for index in inside(body):
        new = RELATIONS.get(source.tokens[index].text)
        if new:
            yield index, index, new


def logic_changed(source, body):
    for index in inside(body):
        new = LOGIC.get(source.tokens[index].text)
        if new:
            yield index, index, new


def not_left_out(source, body):
    for index in inside(body):
        if source.tokens[index].text == "!":
            yield index, index, ""


def is_binary(source, index):
    before = source.tokens[index - 1]
    return (before.kind in ("name", "number") and before.text not in ("return", "case") or
            before.text in (")", "]"))


def arithmetic_changed(source, body):
    tokens = source.tokens
    for index in inside(body):
        token = tokens[index]
        new = ARITHMETIC.get(token.text)
        if not new:
            continue
        if token.text in ("+", "-", "*") and not is_binary(source, index):
            continue
        # "type *name" and "(type *)" are no products.
        if token.text == "*" and (tokens[index - 1].kind == "name" and
                                  tokens[index + 1].kind == "name" and
                                  tokens[index - 1].end < token.start and
                                  token.end == tokens[index + 1].start or
                                  tokens[index + 1].text in (")", "*", ",")):
            continue
        # A pointer to the end of a cast: "(type)*name".
        if token.text == "*" and tokens[index + 1].start == token.end:
            continue
        yield index, index, new


def constant_off_by_one(source, body):
    tokens = source.tokens
    for index in inside(body):
        token = tokens[index]
        match = re.match(r"(0[xX][0-9a-fA-F]+|\d+)([uUlL]*)$", token.text)
        if token.kind != "number" or not match:
            continue
        # "return 0" and "false" have a rule of their own; names of members have no value.
        if tokens[index - 1].text == "return" and token.text == "0":
            continue
        # Octal numbers are modes of files, which C writes in another way than Python.
        if re.match(r"0\d", token.text):
            continue
        value = int(match[1], 0) + (1 if pick(source, index, [0, 1]) or match[1] == "0" else -1)
        yield index, index, (hex(value) if match[1][:2].lower() == "0x" else str(value)) + match[2]


def truth_exchanged(source, body):
    for index in inside(body):
        text = source.tokens[index].text
        if text in ("true", "false") and source.tokens[index - 1].text != "return":
            yield index, index, "false" if text == "true" else "true"


def statements_left_out(source, body, wanted):
    if not body.is_function:
        return
    for statement in find_statements(source, body):
        if statement.kind == "expression" and wanted(called(source, statement)):
            text = source.text[source.tokens[statement.first].start:
                               source.tokens[statement.last].end]
            yield statement.first, statement.last, "{}" + "\n" * text.count("\n")


def unlock_left_out(source, body):
    yield from statements_left_out(source, body, UNLOCK.match)


def lock_left_out(source, body):
    yield from statements_left_out(source, body, LOCK.match)


def release_left_out(source, body):
    yield from statements_left_out(source, body, lambda name: PUT.match(name) and
                                   not UNLOCK.match(name))


def statement_left_out(source, body):
    yield from statements_left_out(source, body, lambda name: not any(
        kind.match(name) for kind in (UNLOCK, LOCK, PUT)))


def jump_left_out(source, body):
    if not body.is_function:
        return
    for statement in find_statements(source, body):
        if statement.kind == "jump" or statement.kind == "return" and statement.depth > 0:
            text = source.text[source.tokens[statement.first].start:
                               source.tokens[statement.last].end]
            yield statement.first, statement.last, "{}" + "\n" * text.count("\n")


def errno_exchanged(source, body):
    for index in inside(body):
        text = source.tokens[index].text
        if text in ERRNOS:
            yield index, index, pick(source, index, [e for e in ERRNOS if e != text])


def return_value_exchanged(source, body):
    if not body.is_function:
        return
    tokens = source.tokens
    is_pointer = "*" in body.returns
    for index in inside(body):
        if tokens[index].text != "return" or tokens[index + 1].text == ";":
            continue
        last = index + 1
        while tokens[last + 1].text != ";":
            last += 1
        value = source.text[tokens[index + 1].start:tokens[last].end]
        new = {"true": "false", "false": "true", "0": "-EINVAL" if "int" in body.returns and
               "unsigned" not in body.returns else "1"}.get(value)
        if is_pointer:
            new = None if value == "NULL" else "NULL"
        elif new is None and value == "ret":
            new = "0"
        if new is not None:
            yield index + 1, last, new + "\n" * value.count("\n")


def flag_left_out(source, body):
    tokens = source.tokens
    stop = ("|", ")", ",", ";", "]", "}", "?", ":", "&&", "||", "=", "(", "|=", "&=")
    for index in inside(body):
        if tokens[index].text != "|":
            continue
        last = operand_after(source, index, stop)
        yield index, last, "\n" * (tokens[last].line - tokens[index].line)
        if tokens[operand_before(source, index, stop) - 1].text != "|":
            first = operand_before(source, index, stop)
            yield first, index, "\n" * (tokens[index].line - tokens[first].line)


def split_arguments(source, index):
    """(first, last) of each argument of the call whose name is at index."""
    tokens = source.tokens
    arguments, first, at = [], index + 2, index + 2
    end = source.partner[index + 1]
    while at < end:
        if tokens[at].text in "([{":
            at = source.partner[at]
        elif tokens[at].text == ",":
            arguments.append((first, at - 1))
            first = at + 1
        at += 1
    if end > first:
        arguments.append((first, end - 1))
    return arguments


def arguments_swapped(source, body):
    tokens = source.tokens
    for index in inside(body):
        if not source.is_call(index):
            continue
        arguments = split_arguments(source, index)
        for (a, b), (c, d) in zip(arguments, arguments[1:]):
            one = source.text[tokens[a].start:tokens[b].end]
            between = source.text[tokens[b].end:tokens[c].start]
            other = source.text[tokens[c].start:tokens[d].end]
            if one != other:
                yield a, d, other + between + one


def member_left_out(source, body):
    """A member of an initialiser: ".name = value," """
    tokens = source.tokens
    for index in inside(body):
        if tokens[index].text == "." and tokens[index - 1].text in ("{", ",") and \
                tokens[index + 1].kind == "name" and tokens[index + 2].text == "=":
            last = operand_after(source, index + 2, (",", "}"))
            if tokens[last + 1].text == ",":
                last += 1
            yield index, last, "\n" * (tokens[last].line - tokens[index].line)


OPERATORS = {
    "condition negated": condition_negated,
    "relation changed": relation_changed,
    "and for or": logic_changed,
    "not left out": not_left_out,
    "arithmetic changed": arithmetic_changed,
    "constant off by one": constant_off_by_one,
    "true for false": truth_exchanged,
    "statement left out": statement_left_out,
    "unlock left out": unlock_left_out,
    "lock left out": lock_left_out,
    "release left out": release_left_out,
    "jump left out": jump_left_out,
    "errno exchanged": errno_exchanged,
    "return value exchanged": return_value_exchanged,
    "flag left out": flag_left_out,
    "arguments swapped": arguments_swapped,
    "member left out": member_left_out,
}
