#!/bin/bash
# Makes `.venv` hold exactly what a lock says: `scripts/python_env.sh runtime` or `scripts/python_env.sh dev`.
#
# Needs Python 3.11 or later, and nothing else: where Debian has left out the venv module and we are root, its package
# is installed. A stamp with the locks' hash makes every later call instant.
set -euo pipefail
cd "$(dirname "$0")/.."

kind=${1:-runtime}
case $kind in
  runtime) lock=requirements.lock ;;
  dev) lock=requirements-dev.lock ;;
  *)
    echo "usage: $0 runtime|dev" >&2
    exit 2
    ;;
esac

venv=.venv

stamp_of() { # stamp_of LOCK: what the environment would be made from
  cat requirements-bootstrap.lock "$1" pyproject.toml | sha256sum | cut -d' ' -f1
}

holds() { # holds KIND LOCK: the environment was made from this lock, and still runs
  [ "$(cat "$venv/.filrouge-$1" 2> /dev/null)" = "$(stamp_of "$2")" ] && [ -x "$venv/bin/filrouge" ] \
    && "$venv/bin/python" -c '' 2> /dev/null
}

# What tests need contains what running needs, so a developer's environment serves the demo as it is.
holds "$kind" "$lock" && exit 0
[ "$kind" = runtime ] && holds dev requirements-dev.lock && exit 0

good_python() { # good_python PROGRAM: new enough for us
  command -v "$1" > /dev/null 2>&1 && "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2])' 2> /dev/null
}

can_make_venv() {
  "$1" -c 'import ensurepip, venv' 2> /dev/null
}

find_python() { # the newest that can make environments, else the newest
  local candidate found=""
  for candidate in ${PYTHON:+"$PYTHON"} python3.13 python3.12 python3.11 python3 python; do
    good_python "$candidate" || continue
    if can_make_venv "$candidate"; then
      command -v "$candidate"
      return
    fi
    found=${found:-$(command -v "$candidate")}
  done
  if [ -z "$found" ]; then
    echo "Filrouge needs Python 3.11 or later. Name one: PYTHON=/path/to/python3.11 make …" >&2
    return 1
  fi
  echo "$found"
}

make_venv() { # make_venv PYTHON
  local version
  if ! can_make_venv "$1"; then
    version=$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null 2>&1; then
      echo "This Python cannot make environments. Install its package: apt-get install python$version-venv" >&2
      return 1
    fi
    echo "Installing python$version-venv"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "python$version-venv" ca-certificates > /dev/null
  fi
  rm -rf "$venv"
  "$1" -m venv "$venv"
}

if ! "$venv/bin/python" -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
  python=$(find_python)
  echo "Making $venv with $python"
  make_venv "$python"
fi

echo "Installing $lock"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes \
  -r requirements-bootstrap.lock
export UV_NO_PROGRESS=1
# Trust what this machine trusts, as pip does: there may be a company's proxy between us and the index.
[ -e /etc/ssl/certs/ca-certificates.crt ] && export UV_SYSTEM_CERTS=${UV_SYSTEM_CERTS:-true}
# The few packages without wheels are built by the setuptools of the bootstrap lock, so that nothing goes unhashed.
if ! "$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --require-hashes --no-build-isolation \
  -r requirements-bootstrap.lock -r "$lock"; then
  # pip is ten times slower, but reads settings (an index of one's own, say) that uv does not know.
  echo "uv could not install; trying with pip" >&2
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r "$lock"
fi
# Our own package, in place: nothing is fetched, its build tool came with the bootstrap lock.
"$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --no-deps --no-build-isolation --offline -e .

rm -f "$venv"/.filrouge-*
stamp_of "$lock" > "$venv/.filrouge-$kind"
