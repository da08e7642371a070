#!/bin/sh
# Fails if clang-format would change a source; skipped (77) without the version that the project agrees on.
cd "$(dirname "$0")/../.." || exit 1
tool=$(command -v clang-format-14) || { echo "clang-format-14 is not installed"; exit 77; }
find app core plugins tests widgets -name '*.h' -o -name '*.cpp' | sort | xargs "$tool" --dry-run -Werror
