#!/usr/bin/env bash
# Publishes both programs into one folder, by default artifacts/publish/native: qwen (native) and managed/qwen, to which it hands
# over what only that one can do. Takes some minutes. Needs the .NET 10 SDK and a linker: clang, or gcc.
#
#   eng/publish-native.sh [FOLDER]
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-artifacts/publish/native}
command -v clang >/dev/null 2>&1 || command -v gcc >/dev/null 2>&1 || { echo "A linker is needed: install clang." >&2; exit 1; }
next=$folder.next
rm -rf "$next"
dotnet publish src/QwenCode.Cli -c Release --use-current-runtime -o "$next/managed" -nologo -v:quiet
dotnet publish native/QwenCode.Native -c Release --use-current-runtime -o "$next" -nologo -v:quiet
rm -f "$next"/*.xml "$next"/*.pdb "$next"/*.dbg
rm -rf "$folder"
mkdir -p "$(dirname "$folder")"
mv "$next" "$folder"
echo "$folder/qwen: $(($(stat -c %s "$folder/qwen") / 1024 / 1024)) MiB"
