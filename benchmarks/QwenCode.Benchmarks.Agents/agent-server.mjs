// A chat-completions server for the HTTP part of the agents' benchmark: it holds every agent's first answer in its middle until
// GET /open, then has each call `ping` twice and say "ok". GET /held tells how many it holds. Prints "PORT n".
import http from 'node:http';

const chunk = (delta, finish_reason = null) => `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
const end = (reason) => `${chunk({}, reason)}data: [DONE]\n\n`;
const ping = (id) => chunk({ tool_calls: [{ index: 0, id, type: 'function', function: { name: 'ping', arguments: '{}' } }] }) + end('tool_calls');
const held = [];
let isOpen = false;

http.createServer((request, response) => {
  if (request.url === '/held') return response.end(String(held.length));
  if (request.url === '/open') {
    isOpen = true;
    for (const answer of held.splice(0)) answer.end(ping('ping_1'));
    return response.end('ok');
  }
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const tail = Buffer.concat(parts).toString('latin1');
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (tail.includes('"tool_call_id":"ping_2"')) return response.end(chunk({ content: 'ok' }) + end('stop'));
    if (tail.includes('"tool_call_id":"ping_1"')) return response.end(ping('ping_2'));
    response.write(chunk({ content: 'begun ' }));
    if (isOpen) response.end(ping('ping_1'));
    else held.push(response);
  });
}).listen(0, '127.0.0.1', function () { console.log(`PORT ${this.address().port}`); });
