#!/usr/bin/env bash
# Builds everything with warnings as errors and runs every test: ./test.sh [--all] [--tidy] [--bench] [ctest options]
# The last line is always "N passed, N failed, N skipped".
set -uo pipefail

usage() {
    cat <<'END'
./test.sh [--all] [--tidy[=full]] [--bench] [ctest options]

  --all    everything that continuous integration runs: a live RabbitMQ, a live Kafka and clang's fingerprints too
  --tidy   clang-tidy over core: some ten minutes on two processors, after that only what has changed;
           --tidy=full with the checks that follow a function along each of its paths, which takes twice as long
  --bench  the benchmarks instead of the tests

Anything else goes to ctest, for example: ./test.sh -R engine
END
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P) || exit 1
source "$root/resources/setup/packages.sh"
cd "$root" || exit 1
build=$root/build/release
bench=OFF
all=
tidy=
options=()
for argument in "$@"; do
    case $argument in
        --all) all=yes ;;
        --tidy) tidy=quick ;;
        --tidy=full) tidy=full ;;
        --bench) bench=ON ;;
        --help | -h) usage; exit 0 ;;
        *) options+=("$argument") ;;
    esac
done

passed=0 failed=0 skipped=0
started=()

# Ends what this script started and says how it went; every way out leads here.
finish() {
    local pid
    for pid in "${started[@]}"; do
        kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
    done
    echo "$passed passed, $failed failed, $skipped skipped"
    ((failed == 0 && passed > 0))
    exit
}
trap 'failed=$((failed + 1)); finish' INT TERM

# step SENTENCE COMMAND...: what must succeed before anything can be tested.
step() {
    local sentence=$1
    shift
    "$@" && return
    say "$sentence"
    failed=$((failed + 1))
    finish
}

packages=("${sluice_build_packages[@]}" "${sluice_run_packages[@]}" "${sluice_test_packages[@]}")
[[ $bench == ON ]] && packages+=("${sluice_bench_packages[@]}")
[[ $all ]] && packages+=("${sluice_broker_packages[@]}")
[[ $tidy || $all ]] && packages+=("${sluice_tidy_packages[@]}")
step "Without these packages nothing can be tested." install_missing "${packages[@]}"

configure() {
    needs_configuring "$build" "$root" && rm -f "$build/CMakeCache.txt"
    if [[ ! -f $build/CMakeCache.txt ]] || ! grep -q '^SLUICE_WERROR:.*=ON$' "$build/CMakeCache.txt" ||
        ! grep -q "^SLUICE_BENCH:BOOL=$bench$" "$build/CMakeCache.txt"; then
        cmake --preset ci -DSLUICE_BENCH=$bench
    fi
}
step "The build could not be configured: CMake's message above says why." configure

if [[ $bench == ON ]]; then
    mapfile -t benchmarks < <(ninja -C "$build" -t targets all | grep -o '^sluice-bench-[a-z0-9]*')
    step "The build failed." ninja -C "$build" "${benchmarks[@]}"
    shopt -s nullglob
    for program in "$build"/bin/sluice-bench-*; do
        echo "== ${program##*/}"
        if QT_QPA_PLATFORM=offscreen "$program"; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
        fi
    done
    finish
fi

step "The build failed." ninja -C "$build" all all_verify_interface_header_sets

# A Kafka for the tests that talk to one, which without it are skipped and say so.
[[ $all ]] && tests/plugins/kafka/fetch.sh "$root/build/kafka"

# A display of our own, so that the tests with a real window neither need nor disturb the user's.
display_of_our_own() {
    local number
    exec {fd}< <(exec Xvfb -displayfd 1 -screen 0 1600x1000x24 -nolisten tcp 2>/dev/null)
    started+=($!)
    read -r -t 20 -u "$fd" number || return 1
    export DISPLAY=:$number
    unset WAYLAND_DISPLAY
    openbox >/dev/null 2>&1 &
    started+=($!)
}
if ! display_of_our_own; then
    say "Xvfb did not start, so the tests that need a real window are skipped."
    unset DISPLAY
fi

report=$build/tests.xml
rm -f "$report"
CTEST_PARALLEL_LEVEL=${CTEST_PARALLEL_LEVEL:-$(nproc)} \
    ctest --test-dir "$build" --output-on-failure --no-tests=error --output-junit "$report" \
    --test-output-size-passed 50000000 --test-output-size-failed 50000000 "${options[@]}" </dev/null
read -r passed failed skipped < <(python3 tests/tally.py "$report") || failed=1

# Only core: clang 14 parses it without Qt, and a finding there is a finding in all that stands on it.
tidy_core() {
    local depth=()
    [[ $tidy == quick ]] && depth=(--quick)
    cmake --preset tidy >/dev/null && python3 tests/architecture/tidy.py build/tidy "${depth[@]}"
}
if [[ $tidy ]]; then
    echo "== clang-tidy over core"
    if tidy_core; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
fi

# A run's fingerprint depends neither on the compiler nor on its optimisation.
same_fingerprints() {
    ninja -C "$build" sluice-fingerprints >/dev/null && cmake --preset clang >/dev/null &&
        cmake --build --preset clang >/dev/null &&
        diff <("$build/bin/sluice-fingerprints") <(build/clang/bin/sluice-fingerprints)
}
if [[ $all ]]; then
    echo "== fingerprints of g++ in release and clang in debug"
    if same_fingerprints; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
fi
finish
