# Sourced by run.sh and test.sh: which Debian and Ubuntu packages Sluice needs, and how the missing ones come in.
# An entry "a|b" is satisfied by either; of the two the first that the distribution has is installed.

sluice_build_packages=(
    g++ cmake ninja-build ccache
    qt6-base-dev qt6-svg-dev qtkeychain-qt6-dev 'qt6-charts-dev|libqt6charts6-dev' libqt6opengl6-dev
    'pkgconf|pkg-config' libgraphviz-dev nlohmann-json3-dev libfmt-dev libspdlog-dev libzstd-dev
    libgif-dev libwebp-dev librdkafka-dev librabbitmq-dev libssl-dev zlib1g-dev liblz4-dev libsnappy-dev
    libavro-dev libprotobuf-dev libprotoc-dev
)
sluice_run_packages=(
    'qt6-qpa-plugins|libqt6gui6' fonts-dejavu-core fonts-inter
)
sluice_test_packages=(
    git python3 python3-jsonschema python3-selenium chromium chromium-driver ffmpeg xvfb openbox xdotool locales
    poppler-utils gnome-keyring dbus clang-format-14 desktop-file-utils appstream libxml2-utils man-db file dpkg-dev
)
# Real brokers to compare with and to watch; only --all asks for them. Kafka itself comes from Maven Central.
sluice_broker_packages=(
    rabbitmq-server python3-pika
    'openjdk-17-jre-headless|default-jre-headless' maven openssl
)
sluice_bench_packages=(libbenchmark-dev)
sluice_tidy_packages=(clang-14 clang-tidy-14)

# say SENTENCE...: a sentence for the person at the terminal, apart from what programs print.
say() { printf '%s\n' "$*" >&2; }

# missing_packages SPEC...: prints the entries of which nothing is installed, not even under another name.
missing_packages() {
    local installed provided= spec name found
    installed=" $(dpkg-query -W -f='${Package}=${db:Status-Status} ' "${@//|*/}" "${@##*|}" 2>/dev/null) "
    for spec in "$@"; do
        found=
        for name in ${spec//|/ }; do
            [[ $installed == *" $name=installed "* ]] && found=yes
        done
        if [[ ! $found ]]; then
            provided=${provided:-" $(dpkg-query -W -f='${Provides} ' | tr ',\n' '  ') "}
            for name in ${spec//|/ }; do
                [[ $provided == *" $name "* ]] && found=yes
            done
        fi
        [[ $found ]] || printf '%s\n' "$spec"
    done
}

# available_packages SPEC...: prints for each entry the first of its names that the distribution has.
available_packages() {
    local spec name
    for spec in "$@"; do
        for name in ${spec//|/ }; do
            if apt-cache show "$name" >/dev/null 2>&1; then
                printf '%s\n' "$name"
                break
            fi
        done
    done
}

# install_missing SPEC...: installs what is missing and leaves apt alone if nothing is. What the distribution does
# not have is left to those who miss it: CMake names a library, a test that lacks its tool is skipped.
# Returns 1 after a sentence that says what to do if it cannot.
install_missing() {
    local missing=() chosen=() become=() tool
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        for tool in cmake ninja c++; do
            if ! command -v "$tool" >/dev/null; then
                say "This system has no apt, and $tool is not installed: README.md lists what to install on other systems."
                return 1
            fi
        done
        return 0
    fi
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]})) || return 0
    mapfile -t chosen < <(available_packages "${missing[@]}")
    if ((${#chosen[@]} == 0)) && compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null; then
        return 0
    fi

    if ((EUID != 0)); then
        if ! command -v sudo >/dev/null; then
            say "These packages are missing, and only root or sudo can install them: ${missing[*]%%|*}"
            return 1
        fi
        become=(sudo)
    fi
    say "Installing what is missing: ${missing[*]%%|*}"
    local apt=("${become[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
    "${apt[@]}" update >&2 || say "The package lists could not be refreshed; going on with the ones at hand."
    mapfile -t chosen < <(available_packages "${missing[@]}")
    if ((${#chosen[@]})) && ! "${apt[@]}" install -y --no-install-recommends "${chosen[@]}" >&2; then
        say "The packages could not be installed; apt's message above says why. They are: ${chosen[*]}"
        return 1
    fi
}

# needs_configuring BUILD_DIR SOURCE_DIR: true if there is no build there or it was made for another folder.
needs_configuring() {
    [[ ! -f $1/build.ninja ]] || ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$2" "$1/CMakeCache.txt"
}

# nothing_to_build BUILD_DIR TARGET...: true if the targets are as new as their sources.
nothing_to_build() {
    local dir=$1
    shift
    [[ $(ninja -C "$dir" -n "$@" 2>/dev/null | tail -n 1) == "ninja: no work to do." ]]
}
