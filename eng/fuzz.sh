#!/usr/bin/env bash
# Runs the fuzz tests with many inputs: 100,000 each, or as many as the first argument says. CI runs 2,000 of each as ordinary tests.
#
#   eng/fuzz.sh [RUNS]
set -euo pipefail
cd "$(dirname "$0")/.."
export QWEN_FUZZ_RUNS=${1:-100000}
for room in Models Configuration Mcp Storage Protocol Definitions Hooks; do
  dotnet test "tests/QwenCode.$room.Tests" --filter "FullyQualifiedName~FuzzTests"
done
