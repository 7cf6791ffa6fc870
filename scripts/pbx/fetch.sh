#!/usr/bin/env bash
# Unpacks a real Asterisk 22 (Debian sid) into a private folder. Nothing is installed and no root is needed: apt gets a
# state of its own, the packages are unpacked with dpkg, and the result runs through its own loader, so the machine's
# libc and packages stay as they are. A second call returns at once; a killed one is taken up where it ended.
#
# usage: fetch.sh [--force]
#
#   CALLSYNC_PBX_HOME      folder to unpack into          (default ./.asterisk)
#   CALLSYNC_PBX_SOUNDS    wav (77 MB in all) | gsm (33 MB)       (default wav)
#   CALLSYNC_PBX_MIRROR    Debian mirror  (default: the one this machine's apt uses)
#   CALLSYNC_PBX_SUITE     Debian suite                           (default sid)
#   CALLSYNC_PBX_KEYRING   archive keyring to verify the signature with
#
# Progress is on stdout, one line a step; the reason of a failure is the last line on stderr.
# exit: 0 there, 3 not a Debian machine, 4 mirror out of reach, 5 signature not verified, 1 anything else
set -euo pipefail
export LC_ALL=C
umask 022

say() { printf '%s\n' "$*"; }
die() { local code=$1; shift; printf '%s\n' "$*" >&2; exit "$code"; }

force=0
case "${1-}" in
  '') ;;
  --force) force=1 ;;
  -h | --help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p;}' "$0"; exit 0 ;;
  *) die 1 "unknown option $1 (see --help)" ;;
esac

home=${CALLSYNC_PBX_HOME:-$PWD/.asterisk}
[[ $home == /* ]] || home=$PWD/$home
suite=${CALLSYNC_PBX_SUITE:-sid}
sounds=${CALLSYNC_PBX_SOUNDS:-wav}
[[ $sounds == wav || $sounds == gsm ]] || die 1 "CALLSYNC_PBX_SOUNDS is wav or gsm, not $sounds"
keyring=${CALLSYNC_PBX_KEYRING:-/usr/share/keyrings/debian-archive-keyring.gpg}
languages=(en ru)
packages=(asterisk asterisk-modules "asterisk-moh-opsound-$sounds")
for language in "${languages[@]}"; do packages+=("asterisk-core-sounds-$language-$sounds"); done

# Dependencies apt is told are there already: maintainer-script tools and data the binary never opens, then libraries of
# modules this PBX has no use for (calendars, SNMP, FreeTDS, RADIUS, Jack, XMPP, T.38 fax, Codec2, unbound, HTTP post).
skip=(adduser asterisk-config-custom debconf debconf-2.0 passwd base-passwd
  login.defs perl-base tzdata readline-common init-system-helpers
  openssl-provider-legacy
  libsasl2-modules-db libasound2-data libpam0g libpam-modules
  libical3t64 libneon27t64 libsnmp45 libsybdb5 libradcli4 libjack-jackd2-0
  libportaudio2 libiksemel3 libspandsp2t64 libcodec2-1.2 libunbound8
  libgmime-3.0-0t64 libglib2.0-0t64)

# ---- already there? ---------------------------------------------------------
root=$home/root
want="1 $suite ${packages[*]}"
there() { ((!force)) && [[ -f $root/.complete && $(<"$root/.complete") == "$want" ]]; }
there && exit 0
for tool in apt-get apt-cache dpkg dpkg-deb awk flock; do
  command -v "$tool" >/dev/null || die 3 "$tool is missing: Asterisk can be fetched on Debian and its relatives only"
done
mkdir -p "$home" 2>/dev/null && [[ -w $home ]] || die 1 "$home cannot be written to (CALLSYNC_PBX_HOME names another folder)"
exec 9>"$home/.fetch.lock"
if ! flock -n 9; then
  say "another program is fetching Asterisk: waiting for it"
  flock 9
fi
there && exit 0

# ---- which mirror -----------------------------------------------------------
# The first enabled "deb" source that is not a security archive; deb822 files first, then one-line lists.
find_mirror() {
  local file
  for file in /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list.d/*.sources; do
    [[ -r $file ]] || continue
    awk '
      function flush() { if (uri != "" && type ~ /(^| )deb( |$)/ && enabled != "no") { n = split(uri, u, " ")
                           for (i = 1; i <= n; i++) if (suites !~ /security/ && u[i] ~ /\/debian\/?$/) { print u[i]; exit } }
                         uri = type = suites = enabled = field = "" }
      /^#/ { next }
      /^[ \t]*$/ { flush(); next }
      /^[^ \t]/ { field = tolower($1); sub(/^[^:]*:[ \t]*/, "") }
      field == "uris:"    { uri = uri " " $0 }
      field == "types:"   { type = type " " $0 }
      field == "suites:"  { suites = suites " " $0 }
      field == "enabled:" { enabled = tolower($1) }
      END { flush() }' "$file"
  done
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [[ -r $file ]] || continue
    sed -nE 's/^[[:space:]]*deb[[:space:]]+(\[[^]]*\][[:space:]]+)?([^[:space:]]+\/debian\/?)[[:space:]].*/\2/p' "$file"
  done
}
mirror=${CALLSYNC_PBX_MIRROR:-$(find_mirror | head -n 1 || true)}
[[ -n $mirror ]] || die 3 "no Debian mirror in /etc/apt (CALLSYNC_PBX_MIRROR names one)"

# ---- a private apt ----------------------------------------------------------
arch=$(dpkg --print-architecture)
apt=$home/apt
mkdir -p "$apt/lists/partial" "$apt/archives/partial"
for name in "${skip[@]}"; do
  printf 'Package: %s\nStatus: install ok installed\nVersion: 999:0\nArchitecture: all\nMulti-Arch: foreign\nMaintainer: none\nDescription: stand-in\n\n' "$name"
done >"$apt/status"
# Only the sources, the state and the cache are private: the machine's own apt settings (proxy, credentials) still count.
options=(-o "Dir::State=$apt" -o "Dir::State::lists=$apt/lists" -o "Dir::State::status=$apt/status"
  -o "Dir::State::extended_states=$apt/extended_states"
  -o "Dir::Cache=$apt" -o "Dir::Cache::archives=$apt/archives" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
  -o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
  -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null
  -o "Dir::Log=$apt" -o APT::Default-Release= -o "APT::Architecture=$arch" -o "APT::Architectures=$arch"
  -o APT::Sandbox::User=root -o APT::Install-Recommends=false -o APT::Install-Suggests=false
  -o APT::Update::Error-Mode=any -o Acquire::Languages=none
  -o Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false
  -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false
  -o Acquire::Check-Valid-Until=false # a frozen mirror is as good; the signature still counts
  -o Acquire::Retries=1 -o Acquire::http::Timeout=15 -o Acquire::https::Timeout=15)
signed_by() { printf 'deb %s %s %s main\n' "${1:+[signed-by=$1]}" "$mirror" "$suite" >"$apt/sources.list"; }

# retry COMMAND...: three tries, output in $apt/log; what another try cannot mend ends it
retry() {
  local try
  for try in 1 2 3; do
    "$@" >"$apt/log" 2>&1 && return 0
    grep -qE 'NO_PUBKEY|is not signed|not available|EXPKEYSIG|Unable to locate|unmet dep|Connection refused|resolve|unreachable' "$apt/log" && return 1
    ((try == 3)) || sleep "$try"
  done
  return 1
}
why() { { grep -m1 '^E:' "$apt/log" || grep -m1 '^W:' "$apt/log" || tail -n 1 "$apt/log"; } | cut -c1-200; }
bad_signature() { grep -qE 'NO_PUBKEY|is not signed|EXPKEYSIG' "$apt/log"; }
out_of_reach() { die 4 "the Debian mirror $mirror is out of reach: $(why)"; }

say "reading the package lists of Debian $suite"
if [[ -r $keyring ]]; then signed_by "$keyring"; else signed_by ""; fi
if ! retry apt-get "${options[@]}" update && bad_signature; then
  # An older machine does not know the key that signs sid today. Its own apt can vouch for a newer keyring package.
  say "the machine's keyring does not know the key of $suite: looking for a newer keyring"
  mkdir -p "$apt/keyring"
  (cd "$apt/keyring" && rm -f ./*.deb && apt-get download debian-archive-keyring >/dev/null 2>&1 && dpkg -x ./*.deb .) || true
  newer=$apt/keyring/usr/share/keyrings/debian-archive-keyring.gpg
  if [[ -r $newer ]]; then
    signed_by "$newer"
    retry apt-get "${options[@]}" update || true
  fi
fi
if ! compgen -G "$apt/lists/*_Packages*" >/dev/null || grep -q '^E:' "$apt/log"; then
  bad_signature && die 5 "the signature of Debian $suite cannot be verified (CALLSYNC_PBX_KEYRING names a newer keyring)"
  out_of_reach
fi

# ---- download ---------------------------------------------------------------
apt-get "${options[@]}" -s install "${packages[@]}" 2>"$apt/log" | sed -nE 's/^Inst ([^ ]+) \(([^ ]+) .*/\1 \2/p' | sort >"$apt/manifest" ||
  die 1 "the packages of Asterisk cannot be resolved: $(why)"
[[ -s $apt/manifest ]] || die 1 "the packages of Asterisk cannot be resolved: $(why)"
# what still has to come ("'uri' file size hash" lines), counted beside what a killed run has left
total=$(apt-get "${options[@]}" -qq --print-uris install "${packages[@]}" | awk '{ bytes += $3 } END { printf "%d", bytes / 1000000 }')
have() { du -sb "$apt/archives" | awk '{ printf "%d", $1 / 1000000 }'; }
before=$(have)
say "downloading $total MB"
retry apt-get "${options[@]}" -y -qq --download-only install "${packages[@]}" &
download=$!
shown=0
while kill -0 "$download" 2>/dev/null; do
  sleep 0.3
  now=$(($(have) - before))
  if ((now >= shown + 5 && now < total)); then
    say "downloading $now of $total MB"
    shown=$now
  fi
done
wait "$download" || out_of_reach

# ---- unpack -----------------------------------------------------------------
say "unpacking"
new=$home/root.new
rm -rf "$new"
mkdir -p "$new/usr/bin" "$new/usr/sbin" "$new/usr/lib" "$new/usr/lib64"
for dir in bin sbin lib lib64; do ln -s "usr/$dir" "$new/$dir"; done
while read -r name version; do
  deb=$(compgen -G "$apt/archives/${name%%:*}_${version//:/%3a}_*.deb" | head -n 1) || die 1 "$name $version was not downloaded: start again"
  dpkg -x "$deb" "$new" || { rm -f "$deb"; die 1 "$name $version is damaged: start again"; }
done <"$apt/manifest"
rm -rf "$new"/usr/share/{doc,man,info,locale,lintian,bug,doc-base,gcc,gdb,zsh,bash-completion} "$new"/usr/lib/{systemd,*/gconv} "$new"/etc/{init.d,systemd}
# the prompt folders carry a voice's name; in a real installation update-alternatives makes the language's link
for language in "${languages[@]}"; do
  for voice in "$new/usr/share/asterisk/sounds/${language}"_*; do
    if [[ -d $voice ]]; then ln -sfn "$(basename "$voice")" "$new/usr/share/asterisk/sounds/$language"; fi
  done
done

# ---- check ------------------------------------------------------------------
# Every library must come from the folder itself, never from the machine. Modules whose libraries were left out are set
# aside, so that autoload is safe.
loader=$(compgen -G "$new/usr/lib*/ld-linux*.so.*" | head -n 1) || die 1 "no loader in the unpacked packages"
libc=$(compgen -G "$new/usr/lib/*/libc.so.6" | head -n 1) || die 1 "no libc in the unpacked packages"
libs=$(dirname "$libc")
foreign() { "$loader" --inhibit-cache --library-path "$libs" --list "$1" 2>&1 |
  awk -v root="$new/" '/not found|error while/ { print $1 " (missing)" } $2 == "=>" && $3 ~ /^\// && index($3, root) != 1 && $1 !~ /ld-linux/ { print $1 " (" $3 ")" }'; }
missing=$(foreign "$new/usr/sbin/asterisk")
[[ -z $missing ]] || die 1 "the asterisk binary lacks: $(tr '\n' ' ' <<<"$missing")"
mkdir -p "$libs/asterisk/modules-aside"
for module in "$libs"/asterisk/modules/*.so; do
  if [[ -n $(foreign "$module") ]]; then mv "$module" "$libs/asterisk/modules-aside/"; fi
done
version=$("$loader" --inhibit-cache --library-path "$libs" "$new/usr/sbin/asterisk" -V) || die 1 "the unpacked asterisk does not start"

cp "$apt/manifest" "$new/.manifest"
printf '%s\n' "$want" >"$new/.complete"
rm -rf "$home/root.old"
if [[ -e $root ]]; then mv "$root" "$home/root.old"; fi
mv "$new" "$root"
rm -rf "$home/root.old" "$apt"
say "$version is ready ($(du -sm "$root" | cut -f1) MB)"
