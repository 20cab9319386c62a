#!/bin/sh
# Writes installer/requirements.txt from pyproject.toml: every dependency, for every platform, with its hashes and no address.
set -eu
cd "$(dirname "$0")/.."
uv=${UV:-.venv/bin/uv}
"$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links \
  --no-header --group dev "$@" pyproject.toml -o installer/requirements.txt
