#!/usr/bin/env bash
# Runs one script on the native and on the managed program, and compares the requests, what was printed and the exit codes.
# Also checks that a run with a plugin directory is handed over. Needs node and what eng/publish-native.sh published.
#
#   eng/try-native.sh [FOLDER]
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(cd "${1:-artifacts/publish/native}" && pwd)
tools=$(cd "${QWEN_TOOLS:-../shared/tools}" && pwd)
place=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$place"' EXIT
cat >"$place/script.json" <<'SCRIPT'
{"rules":[
  {"match":{"lastRole":"tool"},"reply":{"text":"done"}},
  {"match":{"lastUser":"tools please"},"reply":{"tool_calls":[
    {"name":"write_file","args":{"file_path":"PLACE/b.txt","content":"one\ntwo\n"}},
    {"name":"read_file","args":{"file_path":"PLACE/a.txt"}},
    {"name":"edit","args":{"file_path":"PLACE/a.txt","old_string":"hello","new_string":"bye"}},
    {"name":"run_shell_command","args":{"command":"echo shell; exit 3"}},
    {"name":"grep_search","args":{"pattern":"wor+ld"}},
    {"name":"glob","args":{"pattern":"*.txt"}},
    {"name":"list_directory","args":{"path":"PLACE"}},
    {"name":"todo_write","args":{"todos":[{"id":"1","content":"x","status":"pending"}]}},
    {"name":"no_such_tool","args":{}},
    {"name":"agent","args":{"subagent_type":"general-purpose","description":"d","prompt":"sub work"}}]}}],
 "default":{"text":"hi there"}}
SCRIPT

run() { # run PROGRAM NAME: the requests and the output, without what differs between any two runs
  local project=$place/project
  rm -rf "$project" "$place/home" && mkdir -p "$project" "$place/home" && printf 'hello world\n' >"$project/a.txt"
  sed "s|PLACE|$project|g" "$place/script.json" >"$place/s.json"
  node "$tools/fake-openai.mjs" "$place/s.json" --log "$place/$2.requests" >"$place/port" &
  server=$!
  until grep -q listening "$place/port" 2>/dev/null; do sleep 0.1; done
  (cd "$project" && HOME=$place/home OPENAI_API_KEY=k OPENAI_MODEL=m OPENAI_BASE_URL="http://127.0.0.1:$(awk '{ print $2 }' "$place/port")/v1" \
    "$1" -y -o stream-json -p "tools please" >"$place/$2.output" 2>&1; echo "exit $?" >>"$place/$2.output")
  kill "$server"; wait "$server" 2>/dev/null || true; server=
  sed -E -i 's/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/ID/g; s/"(at|duration_ms|duration_api_ms|durationMs|totalLatencyMs|total_duration_ms)":[0-9]+/"\1":0/g; s/general-purpose-[0-9a-z]+/AGENT/g; s/127\.0\.0\.1:[0-9]+/HOST/g; s/PGID: [0-9]+/PGID: 0/g; s/"content-length":"[0-9]+"/LENGTH/g' "$place/$2.requests" "$place/$2.output"
}

run "$folder/qwen" native
run "$folder/managed/qwen" managed
same() { # same KIND: fails with the first difference, one value a line, for a request is one line of 30 KB
  diff <(tr ',' '\n' <"$place/native.$1") <(tr ',' '\n' <"$place/managed.$1") | head -20 >"$place/difference" || true
  [ ! -s "$place/difference" ] || { cat "$place/difference"; echo "The $1 of the two programs differ."; exit 1; }
}
same requests
same output
grep -q '"subtype":"success"' "$place/native.output" || { echo "The run did not succeed:"; cat "$place/native.output"; exit 1; }
mkdir "$place/none"
HOME=$place/home "$folder/qwen" plugins list --plugin-dir "$place/none" | grep -q QwenCode.Plugin.Search || { echo "No hand-over."; exit 1; }
echo "native and managed: $(wc -l <"$place/native.requests") equal requests, $(wc -l <"$place/native.output") equal lines, and a hand-over"
