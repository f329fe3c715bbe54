#!/usr/bin/env bash
# Runs the server scenarios of @modelcontextprotocol/conformance against 'qwen mcp serve --http', with a plugin that has the tools they call
# and a server behind it that has their prompts and resources. Prints the result; 1 if a scenario fails that is not listed below.
#
#   eng/mcp-server-conformance.sh [PROGRAM]   the default program is artifacts/bin/QwenCode.Cli/debug/qwen
set -euo pipefail
cd "$(dirname "$0")/.."
program=$(realpath "${1:-artifacts/bin/QwenCode.Cli/debug/qwen}")
plugin=artifacts/bin/Fixtures.Conformance/debug
root=$PWD

# What has no natural way through this server, and why.
missing=(
  tools-call-sampling          # a tool asks the session's model, which is its own and not the client's
  elicitation-sep1034-defaults # tools put questions, and no forms with defaults
  elicitation-sep1330-enums    # the same
)

# Kept between runs, and shared with the scenarios for clients; the package wants a newer Node than many machines have.
packages=${QWEN_CONFORMANCE_PACKAGES:-$PWD/artifacts/mcp-client-conformance}
mkdir -p "$packages"
if ! [ -x "$packages/node_modules/.bin/conformance" ]; then
  if ! command -v npm >/dev/null || ! npm --prefix "$packages" install --no-audit --no-fund --silent node@22 @modelcontextprotocol/conformance@0.1.16 >/dev/null 2>&1; then
    echo "MCP conformance: skipped, npm cannot install @modelcontextprotocol/conformance here"
    exit 0
  fi
fi
export PATH="$packages/node_modules/.bin:$PATH"

[ -f "$plugin/Fixtures.Conformance.dll" ] || dotnet build tests/Fixtures.Conformance -v q --nologo
work=$(mktemp -d)
serving=
finish() {
  if [ -n "$serving" ]; then kill "$serving" 2>/dev/null; wait "$serving" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap finish EXIT
mkdir -p "$work/home" "$work/project" "$work/plugins/conformance"
cp "$plugin"/* "$work/plugins/conformance/"
cd "$work/project"
HOME="$work/home" OPENAI_API_KEY=none OPENAI_BASE_URL=http://127.0.0.1:9/v1 OPENAI_MODEL=none \
  "$program" mcp serve --http 0 --plugin-dir "$work/plugins/conformance" \
  --mcp-config "{\"fixture\":{\"command\":\"bash\",\"args\":[\"$root/tests/Fixtures.Conformance/server.sh\"]}}" 2>"$work/errors" &
serving=$!
for _ in $(seq 100); do
  address=$(sed -n 's/^Serving \([^ ]*\)\.$/\1/p' "$work/errors")
  [ -n "$address" ] && break
  kill -0 "$serving" 2>/dev/null || { cat "$work/errors"; exit 1; }
  sleep 0.1
done
conformance server --url "$address" >"$work/result" 2>&1 || true
sed -n '/=== SUMMARY ===/,$p' "$work/result"
failed=$(sed -n 's/^✗ \([^:]*\):.*/\1/p' "$work/result")
[ -n "$(grep '^Total:' "$work/result")" ] || { tail -20 "$work/result" "$work/errors"; exit 1; }
code=0
for scenario in $failed; do
  if ! printf '%s\n' "${missing[@]}" | grep -qx "$scenario"; then
    echo "fails: $scenario"
    code=1
  fi
done
for scenario in "${missing[@]}"; do
  printf '%s\n' "$failed" | grep -qx "$scenario" || echo "passes, and is listed as missing: $scenario"
done
exit $code
