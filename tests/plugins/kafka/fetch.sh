#!/usr/bin/env bash
# Apache Kafka's jars from Maven Central, once, into a folder: fetch.sh FOLDER. Every file must have the sum that is
# written in SHA256SUMS, or the folder stays away. Exits with 1, after a sentence that says why, where they cannot be had.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P) || exit 1
folder=$(realpath -m "${1:?fetch.sh FOLDER}")
plugin=org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies

whole() { (cd "$1" 2>/dev/null && sha256sum --check --strict --quiet "$here/SHA256SUMS" >/dev/null 2>&1); }
whole "$folder" && exit 0
if ! command -v mvn >/dev/null || ! command -v java >/dev/null; then
    echo "Kafka is not fetched: install maven and openjdk-17-jre-headless." >&2
    exit 1
fi
mkdir -p "$(dirname "$folder")" && fresh=$(mktemp -d "$folder.XXXXXX") || exit 1
trap 'rm -rf "$fresh"' EXIT
if ! said=$(timeout 600 mvn -q -B -C -f "$here/pom.xml" -Dmaven.repo.local="$fresh/repository" "$plugin" \
    -DoutputDirectory="$fresh/jars" 2>&1); then
    printf 'Kafka cannot be fetched from Maven Central:\n%s\n' "$said" >&2
    exit 1
fi
if ! whole "$fresh/jars"; then
    echo "What Maven Central gave for Kafka is not what SHA256SUMS says: it is not used." >&2
    exit 1
fi
rm -rf "$folder" && mv "$fresh/jars" "$folder"
