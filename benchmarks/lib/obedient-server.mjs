// A chat-completions server on loopback that does what the prompt says, for demos and measurements of tools:
//
//   run: COMMAND          one call of run_shell_command
//   write: PATH TEXT      one call of write_file, PATH absolute
//   agent: PROMPT         one call of agent, whose agent gets PROMPT
//   anything else         a short text
//
// Several lines are several calls, one after the other. Prints "PORT n".
import http from 'node:http';

const event = (value) => `data: ${JSON.stringify(value)}\n\n`;
const chunk = (delta, finish = null) => event({
  id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1700000000, model: 'scripted',
  choices: [{ index: 0, delta, finish_reason: finish }],
});

const textOf = (content) => typeof content === 'string' ? content
  : (content ?? []).map((part) => part.text ?? '').join('\n');

function toolFor(line) {
  const [, verb, rest] = /^(run|write|agent): (.*)$/.exec(line) ?? [];
  switch (verb) {
    case 'run': return ['run_shell_command', { command: rest, is_background: false }];
    case 'write': {
      const space = rest.indexOf(' ');
      return ['write_file', { file_path: rest.slice(0, space), content: `${rest.slice(space + 1)}\n` }];
    }
    case 'agent': return ['agent', { description: 'work', prompt: rest.replaceAll(' ;; ', '\n'), subagent_type: 'general-purpose' }];
    default: return null;
  }
}

function answer(messages) {
  const last = messages.findLastIndex((message) => message.role === 'user');
  const calls = textOf(messages[last]?.content).split('\n').map(toolFor).filter(Boolean);
  const done = messages.slice(last + 1).filter((message) => message.role === 'tool').length;
  if (done >= calls.length) {
    return chunk({ role: 'assistant', content: calls.length > 0 ? 'Done.' : 'Hello.' }) + chunk({}, 'stop');
  }

  const [name, args] = calls[done];
  return chunk({
    role: 'assistant', content: null,
    tool_calls: [{ index: 0, id: `call_${last}_${done}`, type: 'function', function: { name, arguments: JSON.stringify(args) } }],
  }) + chunk({}, 'tool_calls');
}

const server = http.createServer((request, response) => {
  const body = [];
  request.on('data', (part) => body.push(part));
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`${answer(JSON.parse(Buffer.concat(body).toString('utf8')).messages)}data: [DONE]\n\n`);
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`PORT ${server.address().port}\n`));
