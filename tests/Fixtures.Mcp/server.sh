# An MCP server on standard input and output, in the shell: one tool, "echo", that says what it was given. It writes "ended" into its
# directory when its input ends.
answer() { printf '{"jsonrpc":"2.0","id":%s,%s}\n' "$id" "$1"; }
while IFS= read -r line; do
  id=$(printf %s "$line" | sed -n 's/.*"id":\([0-9][0-9]*\).*/\1/p')
  case "$line" in
    *'"initialize"'*) answer '"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}' ;;
    *'"tools/list"'*) answer '"result":{"tools":[{"name":"echo","description":"Echoes.","inputSchema":{"type":"object","properties":{"text":{"type":"string"}}}}]}' ;;
    *'"tools/call"'*)
      text=$(printf %s "$line" | sed -n 's/.*"text":"\([^"]*\)".*/\1/p')
      answer '"result":{"content":[{"type":"text","text":"'"$GREETING $text"'"}]}' ;;
    *'"id"'*) answer '"error":{"code":-32601,"message":"unknown"}' ;;
  esac
done
echo bye > ended
