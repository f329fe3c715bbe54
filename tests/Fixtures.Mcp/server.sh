# An MCP server on standard input and output, in the shell: a tool, "echo", that says what it was given, a prompt, "greet", and a
# resource, "note:1". It writes "ended" into its directory when its input ends.
answer() { printf '{"jsonrpc":"2.0","id":%s,%s}\n' "$id" "$1"; }
while IFS= read -r line; do
  id=$(printf %s "$line" | sed -n 's/.*"id":\([0-9][0-9]*\).*/\1/p')
  case "$line" in
    *'"initialize"'*) answer '"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{},"prompts":{},"resources":{}},"serverInfo":{"name":"s","version":"1"}}' ;;
    *'"tools/list"'*) answer '"result":{"tools":[{"name":"echo","description":"Echoes.","inputSchema":{"type":"object","properties":{"text":{"type":"string"}}}}]}' ;;
    *'"tools/call"'*)
      text=$(printf %s "$line" | sed -n 's/.*"text":"\([^"]*\)".*/\1/p')
      answer '"result":{"content":[{"type":"text","text":"'"$GREETING $text"'"}]}' ;;
    *'"prompts/list"'*) answer '"result":{"prompts":[{"name":"greet","description":"Greets.","arguments":[{"name":"who","required":true}]}]}' ;;
    *'"prompts/get"'*)
      who=$(printf %s "$line" | sed -n 's/.*"who":"\([^"]*\)".*/\1/p')
      answer '"result":{"messages":[{"role":"user","content":{"type":"text","text":"Say hello to '"$who"'."}}]}' ;;
    *'"resources/list"'*) answer '"result":{"resources":[{"uri":"note:1","name":"First note"}]}' ;;
    *'"resources/read"'*) answer '"result":{"contents":[{"uri":"note:1","text":"the text of the note"}]}' ;;
    *'"id"'*) answer '"error":{"code":-32601,"message":"unknown"}' ;;
  esac
done
echo bye > ended
