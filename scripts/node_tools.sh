#!/bin/bash
# Installs the mock of the telephone provider's API into `.cache/node/prism`, by its lock, once.
#
# Only the tests use it. Where there is no npm it says so and the tests that need the mock skip.
set -euo pipefail
cd "$(dirname "$0")/.."

source=tests/servers/prism
target=.cache/node/prism
stamp=$(sha256sum < "$source/package-lock.json" | cut -d' ' -f1)

[ "$(cat "$target/.stamp" 2> /dev/null)" = "$stamp" ] && exit 0

if ! command -v npm > /dev/null 2>&1; then
  echo "npm is missing: the test against the provider's API contract will skip." >&2
  exit 0
fi

echo "Installing the provider's mock"
rm -rf "$target"
mkdir -p "$target"
cp "$source/package.json" "$source/package-lock.json" "$target/"
log=$(mktemp)
if ! npm ci --prefix "$target" --omit=dev --ignore-scripts --no-audit --no-fund > "$log" 2>&1; then
  echo "npm ci failed; its last lines:" >&2
  tail -n 20 "$log" >&2
  rm -f "$log"
  exit 1
fi
rm -f "$log"
echo "$stamp" > "$target/.stamp"
