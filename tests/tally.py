"""Adds up a JUnit report of CTest and prints "PASSED FAILED SKIPPED".

A Qt Test program counts its functions (its "Totals:" line), a runner that closes with "N passed, N failed" counts
those, anything else counts as one. A program that failed without naming a failure, such as one that crashed,
counts as one failure more.
"""
import re
import sys
import xml.etree.ElementTree as ElementTree

TOTALS = re.compile(r"^Totals: (\d+) passed, (\d+) failed, (\d+) skipped", re.MULTILINE)
CLOSING = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", re.MULTILINE)


def count(case):
    skipped = case.find("skipped")
    if skipped is not None:
        # What could not be started is no skip that anyone asked for.
        asked = skipped.get("message", "").startswith("SKIP_")
        return (0, 0, 1) if asked else (0, 1, 0)
    output = case.findtext("system-out") or ""
    found = TOTALS.findall(output) or CLOSING.findall(output)
    passed, failed, skips = (sum(int(line[i] or 0) for line in found) for i in range(3))
    if case.get("status") != "run":
        return passed, max(failed, 1), skips
    return (passed, failed, skips) if found else (1, 0, 0)


def main():
    cases = ElementTree.parse(sys.argv[1]).getroot().iter("testcase")
    print(*(sum(column) for column in zip((0, 0, 0), *map(count, cases))))


main()
