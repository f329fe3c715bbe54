# An MCP server on standard input and output, in the shell, with the prompts and resources that the scenarios of
# @modelcontextprotocol/conformance ask for by name.
answer() { printf '{"jsonrpc":"2.0","id":%s,%s}\n' "$id" "$1"; }
image='{"type":"image","data":"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==","mimeType":"image/png"}'
says() { printf '{"role":"user","content":%s}' "$1"; }
text() { printf '{"type":"text","text":"%s"}' "$1"; }
while IFS= read -r line; do
  id=$(printf %s "$line" | sed -n 's/.*"id":\([0-9][0-9]*\).*/\1/p')
  value() { printf %s "$line" | sed -n 's/.*"'"$1"'":"\([^"]*\)".*/\1/p'; }
  case "$line" in
    *'"initialize"'*) answer '"result":{"protocolVersion":"2025-06-18","capabilities":{"prompts":{},"resources":{}},"serverInfo":{"name":"fixture","version":"1"}}' ;;
    *'"prompts/list"'*) answer '"result":{"prompts":[{"name":"test_simple_prompt","description":"Simple."},
      {"name":"test_prompt_with_arguments","description":"Takes two arguments.","arguments":[{"name":"arg1","description":"One.","required":true},{"name":"arg2","description":"Two.","required":true}]},
      {"name":"test_prompt_with_embedded_resource","description":"Embeds a resource.","arguments":[{"name":"resourceUri","description":"Which.","required":true}]},
      {"name":"test_prompt_with_image","description":"Shows an image."}]}' | tr -d '\n'; echo ;;
    *'"prompts/get"'*test_simple_prompt*) answer '"result":{"messages":['"$(says "$(text 'This is a simple prompt for testing.')")"']}' ;;
    *'"prompts/get"'*test_prompt_with_arguments*)
      answer '"result":{"messages":['"$(says "$(text "Prompt with arguments: arg1='$(value arg1)', arg2='$(value arg2)'")")"']}' ;;
    *'"prompts/get"'*test_prompt_with_embedded_resource*)
      resource='{"type":"resource","resource":{"uri":"'$(value resourceUri)'","mimeType":"text/plain","text":"Embedded resource content for testing."}}'
      answer '"result":{"messages":['"$(says "$resource"),$(says "$(text 'Please process the embedded resource above.')")"']}' ;;
    *'"prompts/get"'*test_prompt_with_image*)
      answer '"result":{"messages":['"$(says "$image"),$(says "$(text 'Please analyze the image above.')")"']}' ;;
    *'"resources/templates/list"'*) answer '"result":{"resourceTemplates":[{"uriTemplate":"test://template/{id}/data","name":"template","mimeType":"application/json"}]}' ;;
    *'"resources/list"'*) answer '"result":{"resources":[{"uri":"test://static-text","name":"text","mimeType":"text/plain"},{"uri":"test://static-binary","name":"binary","mimeType":"image/png"}]}' ;;
    *'"resources/read"'*test://static-text*) answer '"result":{"contents":[{"uri":"test://static-text","mimeType":"text/plain","text":"This is the content of the static text resource."}]}' ;;
    *'"resources/read"'*test://static-binary*) answer '"result":{"contents":[{"uri":"test://static-binary","mimeType":"image/png","blob":"iVBORw0KGgo="}]}' ;;
    *'"resources/read"'*test://template/*)
      uri=$(value uri); part=${uri#test://template/}
      answer '"result":{"contents":[{"uri":"'"$uri"'","mimeType":"application/json","text":"{\"id\":\"'"${part%/data}"'\",\"templateTest\":true}"}]}' ;;
    *'"id"'*) answer '"error":{"code":-32601,"message":"unknown"}' ;;
  esac
done
