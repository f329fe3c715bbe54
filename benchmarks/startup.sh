#!/bin/sh
# How many methods the JIT compiles for one `qwen -p hi`, and who makes it compile them. Time is noise, this number is (nearly)
# not: HttpClient alone makes it vary by about 35 from run to run, so the median of five runs counts.
#
#   benchmarks/startup.sh [QWEN] [--budget N] [--list] [--protocol P]      QWEN: ./qwen unless given; N: 120
#
# P: openai unless given, anthropic or gemini.
# ./qwen is asked for the managed program: the native one compiles nothing.
# Needs node (for the scripted model server) and awk. Exit code 1: over the budget.
set -eu
export QWEN_NATIVE=0
here=$(cd "$(dirname "$0")" && pwd)
qwen=$here/../qwen budget=120 list= protocol=openai
while [ $# -gt 0 ]; do
  case $1 in
    --budget) budget=$2; shift 2 ;;
    --list) list=1; shift ;;
    --protocol) protocol=$2; shift 2 ;;
    -*) echo "usage: $0 [QWEN] [--budget N] [--list] [--protocol P]" >&2; exit 2 ;;
    *) qwen=$1; shift ;;
  esac
done
qwen=$(cd "$(dirname "$qwen")" && pwd)/$(basename "$qwen")
scratch=$(mktemp -d)
server=
trap 'if [ -n "$server" ]; then kill "$server"; fi; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
mkdir -p "$scratch/home/.qwen" "$scratch/work"
mkfifo "$scratch/port"
node "$here/lib/model-server.mjs" >"$scratch/port" &
server=$!
read -r _ port <"$scratch/port"
address=http://127.0.0.1:$port/hi security=
case $protocol in
  openai) model="OPENAI_API_KEY=benchmark OPENAI_MODEL=scripted OPENAI_BASE_URL=$address/v1" ;;
  anthropic) model="ANTHROPIC_API_KEY=benchmark ANTHROPIC_MODEL=claude-sonnet-4-5 ANTHROPIC_BASE_URL=$address" ;;
  gemini) model="GEMINI_API_KEY=benchmark GEMINI_MODEL=gemini-3-pro" security='"security":{"auth":{"baseUrl":"'$address'"}},' ;;
  *) echo "$0: the protocol '$protocol' is not one of openai, anthropic, gemini" >&2; exit 2 ;;
esac
printf '%s' '{'"$security"'"privacy":{"usageStatisticsEnabled":false},"general":{"enableAutoUpdate":false},"memory":{"enableManagedAutoMemory":false,"enableManagedAutoDream":false}}' >"$scratch/home/.qwen/settings.json"

run() {
  (cd "$scratch/work" && exec env HOME="$scratch/home" $model \
    NO_COLOR=1 TERM=dumb DOTNET_JitStdOutFile="$1" DOTNET_JitDisasmSummary=1 "$qwen" "$2" ${3+"$3"} </dev/null >/dev/null)
}

# The runtime's list of what it compiled may be closed under its own feet when a program ends ("free(): invalid pointer"): once in
# fifty starts, and never without that list. Such a start is taken again.
start() {
  for try in 1 2 3; do
    rm -f "$1"
    if run "$@" 2>"$scratch/errors"; then return; fi
  done
  cat "$scratch/errors" >&2
  return 1
}

start "$scratch/warm-up" -p hi
for run in 1 2 3 4 5; do
  start "$scratch/jit$run" -p hi
  echo "$(wc -l <"$scratch/jit$run") $scratch/jit$run"
done | sort -n | sed -n 3p >"$scratch/median"
read -r count file <"$scratch/median"
start "$scratch/version" --version

sed -E 's/^ *[0-9]+: JIT compiled //; s/ \[[^]]*IL size=.*//' "$file" >"$scratch/methods"
[ -z "$list" ] || cat "$scratch/methods"
echo "Methods compiled: -p hi $count (budget $budget), --version $(wc -l <"$scratch/version")"
echo
echo "| methods | cause |"
echo "| ---: | --- |"
# The first rule that fits names the cause. An async method that waits costs 10 to 12, one that does not 2.
awk '
  function cause(m) {
    if (m ~ /Async/) {
      if (match(m, /QwenCode\.[A-Za-z.]+\+<+[A-Za-z$]+>/)) return "async: " substr(m, RSTART, RLENGTH)
      if (m ~ /Program\+/) return "async: Program.Main"
      if (match(m, /Microsoft\.Extensions\.[A-Za-z]+/)) return "async: " substr(m, RSTART, RLENGTH)
      if (match(m, /System\.(Net|Threading|IO)\.[A-Za-z]+/) && m ~ /System\.Net\./) return "async: System.Net"
      return "async: awaiters of the framework"
    }
    if (m ~ /Microsoft\.Extensions\.DependencyInjection/) return "dependency injection"
    if (match(m, /Microsoft\.Extensions\.[A-Za-z]+/)) return substr(m, RSTART, RLENGTH)
    if (m ~ /System\.Net\.|Diagnostics\.Metrics/) return "System.Net (pools, headers, metrics, sockets)"
    if (m ~ /System\.Linq/) return "LINQ over value types"
    if (m ~ /SearchValues|IndexOfAny|ProbabilisticMap|Packed|Vector/) return "vectorised search"
    if (match(m, /(ConcurrentDictionary|Dictionary|HashSet|List|ConcurrentQueue)`[0-9](\+[A-Za-z]+)?\[.*\]:/)) {
      kind = substr(m, RSTART, RLENGTH); sub(/\+[A-Za-z]+\[/, "[", kind); gsub(/System\.(Collections\.[A-Za-z]+\.)?/, "", kind); sub(/:.*/, "", kind)
      return "collection: " kind
    }
    if (m ~ /Comparer/) return "comparers of value types"
    if (match(m, /^QwenCode\.[A-Za-z.]+/)) return "generic: " substr(m, RSTART, RLENGTH)
    return "other"
  }
  { n[cause($0)]++ }
  END { for (c in n) printf "| %d | %s |\n", n[c], c }
' "$scratch/methods" | sort -t'|' -k2,2nr
[ "$count" -le "$budget" ]
