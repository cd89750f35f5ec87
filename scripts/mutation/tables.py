# SPDX-License-Identifier: MIT
"""What becomes of results in the manual: tables by file, by rule and by theme."""

from collections import Counter


def csv_table(header, rows):
    lines = [".. csv-table::", f"   :header: {', '.join(header)}", ""]
    return "\n".join(lines + ["   " + ",".join(str(cell) for cell in row) for row in rows]) + "\n"


def counted(name, some):
    verdicts = Counter(row["verdict"] for row in some)
    means = Counter(row["means"] for row in some if row["verdict"] == "caught")
    return (name, len(some), verdicts["caught"], means["kunit"], means["igt"] + means["skip"],
            means["kernel"] + means["module"], means["timeout"], verdicts["explained"],
            verdicts["survived"], verdicts["undecided"])


def tables(results):
    """Tables by file and by rule, and of the themes, as the manual has them."""
    tested = [row for row in results if "seconds" in row]
    header = ("mutants", "caught", "by KUnit", "by a subtest", "by the kernel's log or a leak",
              "by a time limit", "explained", "survived", "undecided")
    parts = []
    for title, field in (("file", "file"), ("rule", "operator")):
        names = sorted({row[field] for row in tested})
        rows = [counted(name, [row for row in tested if row[field] == name]) for name in names]
        parts.append(csv_table((title, *header), [*rows, counted("all", tested)]))
    themes = Counter(row["theme"] for row in tested if row.get("means") in ("igt", "skip"))
    parts.append(csv_table(("theme", "mutants that its subtests caught"), themes.most_common()))
    return "\n".join(parts)
