#!/bin/sh
# Makes .venv with the newest Python that fits, unless there is one already.
set -eu
test -x .venv/bin/python && exit 0
for python in "${PYTHON:-}" python3.13 python3.12 python3.11 python3 python3.14; do
  [ -n "$python" ] && command -v "$python" >/dev/null || continue
  "$python" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null || continue
  exec "$python" -m venv .venv
done
echo "diktate needs Python 3.11 to 3.14 with venv, and none was found." >&2
exit 1
