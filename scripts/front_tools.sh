#!/bin/bash
# Lints and lays out the front end's scripts and styles: `scripts/front_tools.sh check` or `scripts/front_tools.sh format`.
#
# The tools are installed into `.cache/node/front` by their lock, once. Without npm they are skipped, except where
# CI=true.
set -euo pipefail
cd "$(dirname "$0")/.."

target=.cache/node/front
stamp=$(cat scripts/front/package-lock.json scripts/front/templates.mjs | sha256sum | cut -d' ' -f1)

if ! command -v npm > /dev/null 2>&1; then
  echo "npm is missing: the front end's scripts and styles are not linted." >&2
  [ "${CI:-}" = true ] && exit 1
  exit 0
fi

if [ "$(cat "$target/.stamp" 2> /dev/null)" != "$stamp" ]; then
  rm -rf "$target"
  mkdir -p "$target"
  cp scripts/front/package.json scripts/front/package-lock.json scripts/front/templates.mjs "$target/"
  log=$(mktemp)
  if ! npm ci --prefix "$target" --ignore-scripts --no-audit --no-fund > "$log" 2>&1; then
    echo "npm ci failed; its last lines:" >&2
    tail -n 20 "$log" >&2
    rm -f "$log"
    exit 1
  fi
  rm -f "$log"
  echo "$stamp" > "$target/.stamp"
fi

biome=$target/node_modules/.bin/biome
files=$(find agent_console/web channels/webchat/web gateway/docs -name '*.js' -not -path '*/vendor/*')
case ${1:-check} in
  check)
    "$biome" check --error-on-warnings
    # shellcheck disable=SC2086 # the list is meant to be split
    node "$target/templates.mjs" $files
    ;;
  format)
    # Each moves what the other laid out, until both agree.
    for _ in 1 2 3; do
      "$biome" check --write > /dev/null || true
      # shellcheck disable=SC2086
      node "$target/templates.mjs" --write $files
    done
    "$biome" check --write
    ;;
  *)
    echo "usage: $0 check|format" >&2
    exit 2
    ;;
esac
