#!/bin/sh
# Puts the real servers that the tests run against on a Debian machine, without starting any of them.
#
# The tests start their own copies, unprivileged, in temporary folders. As root what is missing is installed; otherwise
# it is named, and the tests that need it skip loudly (and fail where CI=true).
set -eu

missing=""
wants() { # wants PACKAGE FILE...: the package is there when one of the files is
  package=$1
  shift
  for file in "$@"; do
    [ -x "$file" ] && return 0
  done
  missing="$missing $package"
}

wants postgresql /usr/lib/postgresql/*/bin/initdb
wants redis-server /usr/bin/redis-server
wants dovecot-imapd /usr/lib/dovecot/imap
wants dovecot-lmtpd /usr/lib/dovecot/lmtp
wants exim4-daemon-light /usr/sbin/exim4
wants chromium /usr/bin/chromium
if ! command -v node > /dev/null 2>&1; then
  missing="$missing nodejs"
fi
if ! command -v npm > /dev/null 2>&1; then
  missing="$missing npm"
fi

[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null 2>&1; then
  echo "Missing for the tests:$missing" >&2
  echo "Install them (Debian: apt-get install$missing); until then the tests that need them skip." >&2
  exit 0
fi

echo "Installing for the tests:$missing"
export DEBIAN_FRONTEND=noninteractive

# A package's own service would take the port and run as a system service: forbid the start while we install. A policy
# that the machine's owner wrote stays as it is.
policy=/usr/sbin/policy-rc.d
ours=no
if [ ! -e "$policy" ]; then
  ours=yes
  printf '#!/bin/sh\nexit 101\n' > "$policy"
  chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT INT TERM
fi
[ "$ours" = yes ] || echo "$policy is there already and is kept."

# Debian's postgresql makes a cluster when it is installed; the tests make their own.
if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
  mkdir -p /etc/postgresql-common
  echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf
fi

log=$(mktemp)
fail() {
  echo "$1 failed; its last lines:" >&2
  tail -n 20 "$log" >&2
  rm -f "$log"
  exit 1
}
apt-get update > "$log" 2>&1 || fail "apt-get update"
# shellcheck disable=SC2086 # the list is meant to be split
apt-get install -y --no-install-recommends -o Dpkg::Options::=--force-confold $missing > "$log" 2>&1 \
  || fail "apt-get install$missing"
rm -f "$log"
