#!/usr/bin/env bash
# Unpacks the database servers the tests need (MariaDB, PostgreSQL) from Debian's packages into a private folder. Nothing
# is installed and no root is needed: the machine's own apt settings are used with lists and a cache of their own, only
# what the machine lacks is downloaded, and dpkg unpacks it. A second call returns at once.
#
# usage: fetch.sh FOLDER PACKAGE...
#
# The reason of a failure is the last line on stderr.
set -euo pipefail
export LC_ALL=C
umask 022

die() { printf '%s\n' "$*" >&2; exit 1; }

(($# >= 2)) || die "usage: fetch.sh FOLDER PACKAGE..."
home=$1
shift
packages=("$@")
root=$home/root
want="1 ${packages[*]}"
there() { [[ -f $root/.complete && $(<"$root/.complete") == "$want" ]]; }
there && exit 0
for tool in apt-get dpkg flock; do
  command -v "$tool" >/dev/null || die "$tool is missing: on other systems than Debian install ${packages[*]} yourself"
done
mkdir -p "$home"
exec 9>"$home/.fetch.lock"
flock 9
there && exit 0

apt=$home/apt
mkdir -p "$apt/lists/partial" "$apt/archives/partial"
options=(-o "Dir::State::lists=$apt/lists" -o "Dir::State::extended_states=$apt/extended_states" -o Dir::State::status=/var/lib/dpkg/status
  -o "Dir::Cache=$apt" -o "Dir::Cache::archives=$apt/archives" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
  -o "Dir::Log=$apt" -o Debug::NoLocking=1 -o APT::Install-Recommends=false -o APT::Install-Suggests=false
  -o Acquire::Languages=none -o Acquire::Retries=2 -o Acquire::http::Timeout=15 -o Acquire::https::Timeout=15)
((EUID == 0)) && options+=(-o APT::Sandbox::User=root)
why() { { grep -m1 '^E:' "$apt/log" || tail -n 1 "$apt/log"; } | cut -c1-200; }

apt-get "${options[@]}" -qq update >"$apt/log" 2>&1 || die "the Debian mirror is out of reach: $(why)"
apt-get "${options[@]}" -y -qq --download-only install "${packages[@]}" >"$apt/log" 2>&1 || die "${packages[*]} cannot be downloaded: $(why)"

new=$home/root.new
rm -rf "$new"
mkdir -p "$new/usr/bin" "$new/usr/sbin" "$new/usr/lib" "$new/usr/lib64"
for dir in bin sbin lib lib64; do ln -s "usr/$dir" "$new/$dir"; done
for deb in "$apt"/archives/*.deb; do dpkg -x "$deb" "$new" || die "$(basename "$deb") is damaged: start again"; done
rm -rf "$new"/usr/share/{doc,man,info,lintian}
printf '%s\n' "$want" >"$new/.complete"
rm -rf "$root"
mv "$new" "$root"
rm -rf "$apt"
