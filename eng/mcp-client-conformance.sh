#!/usr/bin/env bash
# Runs the conformance kit of MCP for clients against ./qwen, and prints a line for each scenario and a summary. Exit code 1 if one fails that
# should pass; 3 if the kit cannot be had.
#
#   eng/mcp-client-conformance.sh [SCENARIO..]     all of the kit without names; QWEN names another program
#
# Needs npm. The kit and the Node that it needs are installed into artifacts/mcp-client-conformance.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
version=0.1.16
kit=$PWD/artifacts/mcp-client-conformance
export QWEN=${QWEN:-$PWD/qwen}

# Logins without a user. There is nobody to log in as, and nothing of it is offered.
unsupported=" auth/client-credentials-jwt auth/client-credentials-basic auth/cross-app-access-complete-flow "

if [ ! -x "$kit/node_modules/.bin/conformance" ] || [ ! -x "$kit/node_modules/node/bin/node" ]; then
  command -v npm >/dev/null 2>&1 || { echo "The conformance kit needs npm; it did not run."; exit 3; }
  mkdir -p "$kit"
  npm install --prefix "$kit" --no-audit --no-fund --silent "node@22" "@modelcontextprotocol/conformance@$version" >"$kit/npm.log" 2>&1 ||
    { echo "The conformance kit could not be installed (no npm registry?); it did not run."; exit 3; }
fi
export PATH=$kit/node_modules/node/bin:$PATH
node --version >/dev/null 2>&1 || { echo "The Node of the conformance kit does not run here; it did not run."; exit 3; }
"$QWEN" --version >/dev/null || exit 1

scenarios=("$@")
if [ ${#scenarios[@]} -eq 0 ]; then
  mapfile -t scenarios < <("$kit/node_modules/.bin/conformance" list --client 2>/dev/null | sed -n 's/^  - \([^ ]*\).*/\1/p')
fi
[ ${#scenarios[@]} -gt 0 ] || { echo "The kit lists no scenarios."; exit 1; }

passed=0 failed=0 skipped=0
for scenario in "${scenarios[@]}"; do
  case $unsupported in *" $scenario "*) [ $# -gt 0 ] || { echo "-    $scenario: not supported"; skipped=$((skipped + 1)); continue; } ;; esac
  log=$kit/$(echo "$scenario" | tr '/' '-').log
  timeout 120 "$kit/node_modules/.bin/conformance" client --scenario "$scenario" --timeout 60000 \
    --command "node $PWD/eng/mcp-client-conformance/client.mjs" >"$log" 2>&1
  checks=$(sed -n 's/^Passed: \([0-9/]*\).*/\1/p' "$log" | tail -1)
  if grep -q "OVERALL: PASSED" "$log"; then
    echo "ok   $scenario: $checks checks"
    passed=$((passed + 1))
  else
    echo "FAIL $scenario: ${checks:-no} checks; see $log"
    failed=$((failed + 1))
  fi
done

echo "MCP client conformance $version: $passed passed, $failed failed, $skipped not supported"
[ "$failed" -eq 0 ]
