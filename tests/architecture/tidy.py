"""Runs clang-tidy over core, a file on each processor: tidy.py BUILD_FOLDER [--quick]. Prints each finding once; exit
status 1 if there are any.

--quick leaves out what follows a function along each of its paths (clang-analyzer-*), more than half of the time.

A file that was clean is not looked at again before what the compiler sees of it, or .clang-tidy, has changed: a mark
named for both stays in the build folder. What was clean is so for a quick run too.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = "clang-tidy-14"
FINDING = re.compile(r" (?:warning|error): ")
QUICK = ["-checks=-clang-analyzer-*"]


def fingerprint(entry, rules):
    """Of everything that a finding can depend on; comments too, for NOLINT is one."""
    words = shlex.split(entry["command"])
    output = words.index("-o")
    command = words[:output] + words[output + 2:]
    command[command.index("-c")] = "-E"
    seen = subprocess.run(command + ["-C"], cwd=entry["directory"], capture_output=True, check=True).stdout
    return hashlib.sha256(rules + seen).hexdigest()


def findings(entry, build, marks, rules, options):
    try:
        clean = marks / fingerprint(entry, rules)
    except subprocess.CalledProcessError as error:
        return [f"{entry['file']}: error: it does not compile: {error.stderr.decode(errors='replace').strip()}"]
    mark = clean.with_suffix(".quick") if options else clean
    if clean.exists() or mark.exists():
        return []
    run = subprocess.run([TOOL, "-quiet", *options, "-p", build, entry["file"]], capture_output=True, text=True)
    found = [line for line in run.stdout.splitlines() if FINDING.search(line)]
    if run.returncode != 0 and not found:
        found = [f"{entry['file']}: error: {TOOL} failed: {run.stderr.strip()}"]
    if not found:
        mark.touch()
    return found


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    options = QUICK if "--quick" in sys.argv[2:] else []
    marks = build / "tidied"
    marks.mkdir(exist_ok=True)
    rules = (ROOT / ".clang-tidy").read_bytes()
    core = str(ROOT / "core") + os.sep
    entries = json.loads((build / "compile_commands.json").read_text())
    entries = [entry for entry in entries if entry["file"].startswith(core)]
    seen = set()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(lambda entry: findings(entry, build, marks, rules, options), entries):
            for line in found:
                if line not in seen:
                    seen.add(line)
                    print(line, flush=True)
    if not entries:
        print(f"{build} names no source of core")
    sys.exit(1 if seen or not entries else 0)


main()
