#!/bin/sh
# Resolves the three requirement lists into locks with hashes, for every platform and for Python 3.11 and later.
#
# The locks name packages, versions and hashes, never the place they came from: whoever installs chooses his own index.
set -eu
cd "$(dirname "$0")/.."

for name in requirements-bootstrap requirements requirements-dev; do
  .venv/bin/uv pip compile "$name.in" --universal --generate-hashes --python-version 3.11 \
    --no-emit-index-url --no-emit-find-links --no-header --quiet --output-file "$name.lock" "$@" > /dev/null
  if grep -nE '^ *(--index|--extra-index|--find-links|-i )|://' "$name.lock"; then
    echo "$name.lock names the place its packages came from; it must not." >&2
    exit 1
  fi
done
