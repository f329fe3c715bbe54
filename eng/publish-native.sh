#!/usr/bin/env bash
# Publishes both programs into one folder, by default artifacts/publish/native: qwen (native) and managed/qwen, to which it hands
# over what only that one can do. Takes some minutes. Needs the .NET 10 SDK and a linker: clang, or gcc.
#
#   eng/publish-native.sh [FOLDER]
#   eng/publish-native.sh --beside FOLDER   only the native program, for a FOLDER whose managed/ is there. ./qwen starts this in the
#                                           background; why it failed is then in FOLDER/native.txt, which `qwen doctor` shows.
#
# Exit code 3: this machine lacks the linker or the compiler's package. 1: the build failed.
set -euo pipefail
cd "$(dirname "$0")/.."
beside=false
[ "${1:-}" != --beside ] || { beside=true; shift; }
folder=${1:-artifacts/publish/native}
log=artifacts/publish-native.log
mkdir -p "$(dirname "$folder")" artifacts

fail() { # fail CODE REASON
  local code=$1; shift
  ! $beside || [ ! -d "$folder" ] || echo "$1" >"$folder/native.txt"
  echo "$1" >&2
  exit "$code"
}

# One build at a time in a checkout; a second one waits for the first. The lock is a link that names its owner, made in one step, so
# that the lock of a build that was killed is recognised.
lock=artifacts/publish-native.lock
until ln -sn $$ "$lock" 2>/dev/null; do
  kill -0 "$(readlink "$lock" || echo $$)" 2>/dev/null || rm -f "$lock"
  sleep 1
done
trap 'rm -f "$lock"' EXIT
! $beside || [ ! -x "$folder/qwen" ] || exit 0   # the one that was waited for made it

command -v clang >/dev/null 2>&1 || command -v gcc >/dev/null 2>&1 ||
  fail 3 "no linker was found. Install clang (or gcc) and run eng/publish-native.sh --beside $folder"

# Intermediate files of its own: a build of the solution at the same time is neither disturbed nor disturbs.
publish() { # publish PROJECT FOLDER
  dotnet publish "$1" -c Release --use-current-runtime --artifacts-path "$PWD/artifacts/native" -o "$2" -nologo -v:quiet >"$log" 2>&1 && return
  ! grep -q 'error NU1[13]0' "$log" || fail 3 "a package could not be restored; $PWD/$log says which"
  $beside || cat "$log" >&2
  fail 1 "the build failed; $PWD/$log says why"
}
next=$folder.next
rm -rf "$next"
stamp=$(cat artifacts/publish/stamp 2>/dev/null || true)
$beside || publish src/QwenCode.Cli "$next/managed"
publish native/QwenCode.Native "$next"
rm -f "$next"/*.xml "$next"/*.pdb "$next"/*.dbg
size=$(($(wc -c <"$next/qwen") / 1024 / 1024))
if $beside; then
  # The sources may have changed meanwhile: then the folder is another one, and its own build follows.
  [ "$stamp" = "$(cat artifacts/publish/stamp 2>/dev/null || true)" ] && [ -d "$folder/managed" ] || { rm -rf "$next"; exit 0; }
  rm -f "$folder/native.txt"
  mv "$next/qwen" "$folder/qwen"
  rm -rf "$next"
else
  rm -rf "$folder"
  mv "$next" "$folder"
fi
echo "$folder/qwen: $size MiB"
