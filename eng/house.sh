#!/usr/bin/env bash
# Measures the house: prints numbers over src and plugins, and fails if one is worse than in eng/house.txt.
#
#   eng/house.sh            measure and compare
#   eng/house.sh --accept   measure and write eng/house.txt; commit it together with what made the numbers change
#   eng/house.sh --tokens   list the async methods without a CancellationToken
#
# Needs bash, git, awk and sort.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C

product() { git ls-files -co --exclude-standard -- 'src/*.cs' 'plugins/*.cs'; }
contract() { git ls-files -co --exclude-standard -- 'src/QwenCode.Abstractions/*.cs'; }
lines() { xargs -r cat | wc -l; }
count() { xargs -r grep -hE "$1" 2>/dev/null | wc -l || true; }
share() { awk -v part="$1" -v whole="$2" 'BEGIN { printf "%.1f", whole ? 100 * part / whole : 0 }'; }

# The signatures of methods that return tasks, with what they lack. A token may also come inside a parameter of a foreign type, as a filter's
# context and a pipeline's message have it; DisposeAsync and Main have none by their contract.
async_methods() { # prints the share of methods returning tasks that take a CancellationToken; with "list" those that do not
  product | xargs awk -v list="${1-}" '
    function balance(text) { return gsub(/\(/, "(", text) - gsub(/\)/, ")", text) }
    /^ +((public|internal|private|protected|static|async|override|virtual|sealed|abstract|partial|new) )*(async )?(Value)?Task(<[^=;]*>)? [A-Za-z.<>]+\(/ && !/=>.*new Task/ {
      text = $0; place = FILENAME ":" FNR
      while (balance(text) > 0 && (getline more) > 0) text = text more
      if (text ~ /(FunctionInvocationContext|PipelineMessage|TransportContext\?) [a-z]|DisposeAsync\(\)| Main\(string/) next
      all++
      if (text ~ /CancellationToken/) with++
      else if (list != "") print place ": " text
    }
    END { if (list == "") printf "%.1f", all ? 100 * with / all : 0 }'
}

duplicates() { # windows of ten lines that stand in two places, counted once each
  product | xargs awk '
    FNR == 1 { n = 0 }
    { line = $0; gsub(/[ \t]+/, "", line); if (line ~ /^(\/\/|using|\{|\}|$)/ || length(line) < 4) next
      window[n % 10] = line; n++
      if (n >= 10) { key = ""; for (i = n - 10; i < n; i++) key = key window[i % 10] "\n"
        if ((key in seen) && !(key in told)) { told[key] = 1; dup++ } seen[key] = 1 } }
    END { print dup + 0 }'
}

unread_options() { # names in the option table that no other file of the program mentions
  local table=src/QwenCode.Cli/CommandLine/OptionTable.cs names name n=0
  names=$(grep -oE '^ +new\("[a-z0-9-]+"' "$table" | grep -oE '"[^"]+"')
  for name in $names; do
    git ls-files -co --exclude-standard -- 'src/QwenCode.Cli/*.cs' | grep -v OptionTable | xargs grep -qF "$name" || n=$((n + 1))
  done
  echo "$n"
}

test_ratio() { # test lines per product line over all rooms, and the room with the least
  local worst=999 worst_room= all_tests=0 all_product=0 room dir ratio product_lines test_lines
  for dir in src/* plugins/*/; do
    dir=${dir%/}
    room=$(basename "$(ls "$dir"/*.csproj 2>/dev/null | head -1)" .csproj)
    [ -n "$room" ] || continue
    product_lines=$(git ls-files -co --exclude-standard -- "$dir/*.cs" | lines)
    test_lines=$(git ls-files -co --exclude-standard -- "tests/$room.Tests/*.cs" | lines)
    [ "$product_lines" -gt 0 ] || continue
    all_product=$((all_product + product_lines)); all_tests=$((all_tests + test_lines))
    ratio=$((100 * test_lines / product_lines))
    if [ "$ratio" -lt "$worst" ]; then worst=$ratio; worst_room=$room; fi
  done
  awk -v t="$all_tests" -v p="$all_product" -v w="$worst" -v r="$worst_room" 'BEGIN { printf "%.2f %.2f %s", t / p, w / 100, r }'
}

if [ "${1-}" = --tokens ]; then async_methods list; exit; fi

sizes=$(product | xargs wc -l | awk '$2 != "total" { print $1 }' | sort -n)
files=$(echo "$sizes" | wc -l)
p95=$(echo "$sizes" | sed -n "$((files * 95 / 100))p")
longest=$(echo "$sizes" | tail -1)
all=$(product | lines)
classes=$(product | count '^(    )?((public|internal|private|protected|static|sealed|abstract|partial|readonly|file) )*(class|record) [A-Z]')
open=$(product | count '^(    )?((public|internal|private|protected|partial|file) )*(class|record) [A-Z]')
read -r ratio worst worst_room <<<"$(test_ratio)"

# name | value | better (less or more)
measured=$(cat <<EOF
file lines, 95th percentile|$p95|less
file lines, longest|$longest|less
sealed, static or abstract types, %|$(share $((classes - open)) "$classes")|more
async methods with a token, %|$(async_methods)|more
doc lines per 1,000|$(($(product | count '^ *///') * 1000 / all))|more
doc lines per 1,000, contract|$(($(contract | count '^ *///') * 1000 / $(contract | lines)))|more
test lines per product line|$ratio|more
test lines per product line, least room|$worst|more
clock reads outside TimeProvider|$(product | count 'DateTime(Offset)?\.(Utc)?Now|Stopwatch\.(GetTimestamp|StartNew)|Environment\.TickCount')|less
AsyncLocal|$(product | count 'new AsyncLocal|AsyncLocal<[^>]*> *_?[a-zA-Z]* *(=|;)')|less
lines over 140 characters|$(product | count '^.{141,}')|less
duplicate windows of ten lines|$(duplicates)|less
unread options|$(unread_options)|less
EOF
)

if [ "${1-}" = --accept ]; then
  echo "$measured" | awk -F'|' '{ printf "%s|%s\n", $1, $2 }' >eng/house.txt
fi

echo "| measure | committed | now | |"
echo "| --- | ---: | ---: | --- |"
worse=0
while IFS='|' read -r name value better; do
  before=$(awk -F'|' -v name="$name" '$1 == name { print $2 }' eng/house.txt 2>/dev/null || true)
  verdict=$(awk -v b="${before:-$value}" -v n="$value" -v better="$better" 'BEGIN { print (better == "less" ? n > b : n < b) ? "worse" : n == b ? "" : "better" }')
  [ "$verdict" != worse ] || worse=$((worse + 1))
  echo "| $name | ${before:-–} | $value | $verdict |"
done <<<"$measured"
echo
echo "The room with the fewest test lines is $worst_room. Files: $files."
if [ "$worse" -gt 0 ]; then
  echo "$worse numbers are worse than in eng/house.txt. Mend them, or accept them with a reason in the commit: eng/house.sh --accept" >&2
  exit 1
fi
