#!/bin/sh
# Shows undo in a terminal (tmux): a model that obeys writes files, runs a command and launches an agent, and /rewind, /restore and
# `qwen undo` bring back what they changed.
#
#   eng/undo-demo.sh [QWEN]       QWEN: ./qwen unless given
#
# Prints what the terminal showed, and exits with 1 if a file is not what it has to be. Needs tmux and node.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
qwen=${1-$here/../qwen}
qwen=$(cd "$(dirname "$qwen")" && pwd)/$(basename "$qwen")
scratch=$(mktemp -d)
socket=$scratch/tmux
server=
trap 'tmux -S "$socket" kill-server 2>/dev/null || :; [ -z "$server" ] || kill "$server"; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
mkdir -p "$scratch/home/.qwen" "$scratch/work/src"
mkfifo "$scratch/port"
node "$here/../benchmarks/lib/obedient-server.mjs" >"$scratch/port" &
server=$!
read -r _ port <"$scratch/port"
export HOME="$scratch/home" OPENAI_API_KEY=demo OPENAI_MODEL=scripted OPENAI_BASE_URL="http://127.0.0.1:$port/v1" NO_COLOR=1
cd "$scratch/work"
echo "one" >src/one.txt
echo "two" >src/two.txt
before=$(cat src/*.txt)

screen() { tmux -S "$socket" capture-pane -p -S - -t demo; }

# Waits until the terminal shows a line for the n-th time.
await() {
  for try in $(seq 300); do
    [ "$(screen | grep -cF -- "$1" || :)" -ge "$2" ] && return
    sleep 0.1
  done
  echo "The terminal does not show: $1" >&2
  screen >&2
  exit 1
}

type_line() { tmux -S "$socket" send-keys -t demo -l "$1"; tmux -S "$socket" send-keys -t demo Enter; }

check() {
  if [ "$2" != "$3" ]; then
    echo "Not as it has to be: $1: '$2' instead of '$3'" >&2
    screen >&2
    exit 1
  fi
}

tmux -S "$socket" -f /dev/null new-session -d -s demo -x 110 -y 60 "$qwen -y; sh"
await 'Type /help' 1
type_line 'run: rm -r src; mkdir out; echo made > out/made.txt'
await 'tool calls,' 1
check 'after the command' "$(ls)" out
type_line "agent: write: $PWD/by-agent.txt an agent was here"
await 'tool calls,' 2
check 'after the agent' "$(ls | tr '\n' ' ')" 'by-agent.txt out '
type_line '/restore'
await '2  20' 1
type_line '/rewind 1 files'
await 'The conversation goes on before' 1
check 'after /rewind' "$(ls)" out
type_line '/restore 1'
await 'recreated  src/two.txt' 1
check 'after /restore' "$(ls) $(cat src/*.txt)" "src $before"
type_line '/quit'
sleep 1
screen | sed '/^$/N;/^\n$/D'

echo "--- another process, after the end of the session"
"$qwen" -y -p "write: $PWD/src/one.txt overwritten" >/dev/null
"$qwen" undo list
"$qwen" undo
check 'after qwen undo' "$(cat src/*.txt)" "$before"
"$qwen" undo --redo
check 'after --redo' "$(cat src/one.txt)" overwritten
