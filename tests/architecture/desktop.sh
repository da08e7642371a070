#!/bin/sh
# What comes along with an installation is well-formed by the judgement of the tools that will read it.
# Skipped (77) where those tools are not installed.
cd "$(dirname "$0")/../../resources" || exit 1
for tool in desktop-file-validate appstreamcli xmllint man bash; do
    command -v "$tool" >/dev/null || { echo "$tool is not installed"; exit 77; }
done
status=0
complain() { echo "$1"; status=1; }

desktop-file-validate desktop/sluice.desktop || complain "desktop/sluice.desktop is not a good desktop entry"
appstreamcli validate --no-net desktop/sluice.metainfo.xml || complain "desktop/sluice.metainfo.xml is not good AppStream"
xmllint --noout desktop/*.xml icons/*.svg icons/icons.qrc || complain "XML that cannot be read"
for page in man/*.1; do
    warnings=$(man --warnings --encoding=utf8 --local-file "$page" 2>&1 >/dev/null)
    [ -z "$warnings" ] || complain "$page: $warnings"
done
bash -n completion/sluice-cli.bash || complain "completion/sluice-cli.bash is not bash"
for icon in icons/*.svg; do
    grep -q "<file>${icon#icons/}</file>" icons/icons.qrc || complain "$icon is not listed in icons.qrc"
done
exit $status
