#!/usr/bin/env bash
# Sessions begun by the published qwen-code are continued by ours and by it again, and the other way round. Usage: eng/session-exchange.sh [PROGRAM]
# Prints `ok` or `FAIL` a check. Exit code 1: a check failed; 3: the published program cannot be had here.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
program=$(realpath "${1:-artifacts/publish/qwen/managed/qwen}")
[ -x "$program" ] || { echo "There is no program '$program'; run ./qwen --version first."; exit 1; }
command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 || { echo "node and npm are needed; the session exchange did not run."; exit 3; }

status=0
for version in 0.15.6 0.24.4; do
  folder=$PWD/artifacts/reference-$version # absolute: each program runs in a folder of its own
  reference=$folder/node_modules/@qwen-code/qwen-code/cli.js
  # Without its install scripts: they would download programs that a session does not need.
  if [ ! -f "$reference" ] && ! { mkdir -p "$folder" && npm install --prefix "$folder" --no-audit --no-fund --silent --ignore-scripts \
    "@qwen-code/qwen-code@$version" && [ -f "$reference" ]; }; then
    echo "@qwen-code/qwen-code@$version could not be installed (no npm registry?); the session exchange with it did not run."
    [ "$status" -eq 1 ] || status=3
    continue
  fi
  node eng/session-exchange/exchange.mjs "$program" "$reference" "$version" || status=1
done
exit "$status"
