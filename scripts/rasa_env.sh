#!/bin/bash
# Makes an environment with a real Rasa in .cache/rasa, once; prints its path. Exits with 3 where Python 3.10 is missing,
# which Rasa 3.6, its last release in the open, needs.
set -euo pipefail
cd "$(dirname "$0")/.."

target=.cache/rasa
packages="rasa==3.6.21 rasa-sdk==3.6.2"

if [ "$(cat "$target/.stamp" 2> /dev/null)" != "$packages" ]; then
  python=""
  for one in python3.10 "$HOME"/.pyenv/versions/3.10*/bin/python; do
    if "$one" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' 2> /dev/null; then
      python=$one
      break
    fi
  done
  if [ -z "$python" ]; then
    echo "Python 3.10 is missing: nothing is compared with a real Rasa." >&2
    exit 3
  fi
  rm -rf "$target"
  "$python" -m venv "$target" >&2
  "$target/bin/pip" install -q uv >&2
  # shellcheck disable=SC2086 # the list is meant to be split
  "$target/bin/uv" pip install -q --python "$target/bin/python" $packages >&2
  echo "$packages" > "$target/.stamp"
fi
echo "$PWD/$target"
