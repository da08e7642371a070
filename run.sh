#!/usr/bin/env bash
# Builds Sluice if need be and opens it: ./run.sh [FILE.sluice]
# Without a display it plays the file (or the flagship example) with sluice-cli and writes its picture.
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P) || exit 1
source "$root/resources/setup/packages.sh"
build=$root/build/release
bin=$build/bin

install_missing "${sluice_build_packages[@]}" "${sluice_run_packages[@]}" || exit 1

if needs_configuring "$build" "$root"; then
    say "Configuring Sluice …"
    log=$(cd "$root" && cmake --fresh --preset release 2>&1) || {
        say "$log"
        say "The build could not be configured: CMake's message above says what is missing, README.md what to install."
        exit 1
    }
fi
if ! nothing_to_build "$build" sluice sluice-cli; then
    say "Building Sluice; the first time takes some minutes …"
    ninja -C "$build" sluice sluice-cli >&2 || {
        say "The build failed: the compiler's message above says where."
        exit 1
    }
fi

headless=
if [[ -z ${DISPLAY:-} && -z ${WAYLAND_DISPLAY:-} && ${QT_QPA_PLATFORM:-offscreen} =~ ^(offscreen|minimal) ]]; then
    headless=yes
fi
if [[ -z $headless ]]; then
    exec "$bin/sluice" "$@"
fi
if [[ ${1:-} == -* ]]; then
    QT_QPA_PLATFORM=offscreen exec "$bin/sluice" "$@"
fi

file=${1:-$root/resources/examples/update-user-email.sluice}
name=$(basename "$file" .sluice)
picture=$build/$name.png
say "There is no display, so this is $name on the command line (sluice-cli run)."
"$bin/sluice-cli" run "$file"
status=$?
((status == 2)) && exit 2
"$bin/sluice-cli" export "$file" -o "$picture" || exit
say "The drawing is in $picture"
exit "$status"
