#!/bin/sh
# Installs the Debian packages of the named groups (run, desk) that are missing, or prints the one line that would.
set -eu
list="$(dirname "$0")/debian-packages.txt"
command -v dpkg-query >/dev/null || { echo "Not a Debian system: install the counterparts of $list yourself." >&2; exit 0; }
missing=""
for group in "$@"; do
  for package in $(sed -n "s/^$group //p" "$list"); do
    # libglib2.0-0 is called libglib2.0-0t64 since Ubuntu 24.04, and provided by it
    dpkg-query -W -f='${db:Status-Abbrev} ${Package} ${Provides}\n' "$package" "${package}t64" 2>/dev/null | grep -q '^ii' || missing="$missing $package"
  done
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ]; then as=""; elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as="sudo"; else
  echo "These packages are missing. Install them with this line, then run make again:" >&2
  echo "  sudo apt-get install --no-install-recommends$missing" >&2
  exit 1
fi
echo "Installing:$missing"
$as apt-get update -qq
DEBIAN_FRONTEND=noninteractive $as apt-get install -y -qq --no-install-recommends $missing >/dev/null
