// A scripted chat-completions server on loopback that answers at once. Every answer is encoded before the first request comes,
// and a request's body is looked at only where it ends, so that the server is not what a comparison measures.
//
// The base URL chooses the scenario: http://127.0.0.1:PORT/SCENARIO/v1
//   hi          a short text; also as Anthropic's messages and as Gemini's content
//   turns-N     N sequential calls of read_file, then a short text
//   agents-N    N background agents in one answer, each with two calls of read_file and a report, and a turn for every notification
//   stream-Nmb  an answer of N MB of SSE, 32 characters of text in an event; stream-NmbM: M of them
//
//   node benchmarks/lib/model-server.mjs [--file PATH] [--certificate PEM --key PEM]
//
// Prints "PORT n m"; PATH is what the tool calls read, m the port for https if there is a certificate.
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { fileURLToPath } from 'node:url';

const MEGABYTE = 1_000_000;
/** How many lines the file has that the calls read: `This is line N of …`. */
export const LINES = 500;

const CALL = '"tool_call_id":"call_';

const event = (value) => `data: ${JSON.stringify(value)}\n\n`;

const chunk = (delta, more = {}) => event({
  id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1700000000, model: 'scripted',
  choices: [{ index: 0, delta, finish_reason: null, ...more }],
});

const end = (reason) => chunk({}, { finish_reason: reason })
  + event({
    id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1700000000, model: 'scripted', choices: [],
    usage: { prompt_tokens: 1000, completion_tokens: 10, total_tokens: 1010 },
  })
  + 'data: [DONE]\n\n';

const text = (words) => Buffer.from(chunk({ role: 'assistant', content: '' }) + words.map((content) => chunk({ content })).join('') + end('stop'));

/** The answer that calls read_file for line `turn` of `file`. */
const call = (turn, file) => Buffer.from(
  chunk({
    role: 'assistant', content: null,
    tool_calls: [{ index: 0, id: `call_${turn}`, type: 'function', function: { name: 'read_file', arguments: '' } }],
  })
  + chunk({ tool_calls: [{ index: 0, function: { arguments: JSON.stringify({ file_path: file, offset: turn % LINES, limit: 1 }) } }] })
  + end('tool_calls'));

/** Reads the number of the last tool result in a body: looked for from its end, whatever the length of the history. */
export function lastCall(body) {
  const at = body.lastIndexOf(CALL);
  return at < 0 ? 0 : Number.parseInt(body.toString('latin1', at + CALL.length, at + CALL.length + 12), 10);
}

/** Whether the last call brought its line: a tool that fails fast must not win a comparison. */
function wasRead(body) {
  const turn = lastCall(body);
  return turn === 0 || body.includes(`line ${(turn % LINES) + 1} of`, Math.max(0, body.lastIndexOf(CALL) - 2000));
}

/** The short text in the form of another protocol, or nothing if the address is none of theirs. */
function elsewhere(url) {
  if (!url.startsWith('/hi/')) return undefined;
  if (url.includes('/messages')) {
    const of = (type, more) => `event: ${type}\n${event({ type, ...more })}`;
    return Buffer.from(of('message_start', { message: { id: 'msg_1', type: 'message', role: 'assistant', model: 'scripted', content: [], stop_reason: null, usage: { input_tokens: 1000, output_tokens: 1 } } })
      + of('content_block_start', { index: 0, content_block: { type: 'text', text: '' } })
      + ['Hello', ' there', '.'].map((text) => of('content_block_delta', { index: 0, delta: { type: 'text_delta', text } })).join('')
      + of('content_block_stop', { index: 0 })
      + of('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 10 } }) + of('message_stop', {}));
  }
  return url.includes(':streamGenerateContent') ? Buffer.from(['Hello', ' there', '.'].map((text, at) => event({
    candidates: [{ content: { role: 'model', parts: [{ text }] }, ...(at === 2 ? { finishReason: 'STOP' } : {}) }],
    ...(at === 2 ? { usageMetadata: { promptTokenCount: 1000, candidatesTokenCount: 10, totalTokenCount: 1010 } } : {}),
  })).join('')) : undefined;
}

const LAUNCH = 'Launch them all.';

/** The answer that launches `count` background agents. */
const launch = (count) => Buffer.from(
  Array.from({ length: count }, (_, index) => chunk({
    ...(index === 0 ? { role: 'assistant', content: null } : {}),
    tool_calls: [{
      index, id: `launch_${index}`, type: 'function',
      function: { name: 'agent', arguments: JSON.stringify({ description: `reader ${index}`, prompt: `Child task number ${index}: read two lines.`, subagent_type: 'general-purpose', run_in_background: true }) },
    }],
  })).join('') + end('tool_calls'));

const count = (body, pattern) => (body.toString('latin1').match(pattern) ?? []).length;

/** Makes the answers of a scenario: a function from the body of a request to the pieces of the answer. */
export function scenario(name, file) {
  const [, kind, amount, size] = /^([a-z]+)(?:-(\d+)(?:mb(\d+)?)?)?$/.exec(name) ?? [];
  switch (kind) {
    case 'hi': {
      const answer = [text(['Hello', ' there', '.'])];
      return () => answer;
    }
    case 'turns': {
      const answers = Array.from({ length: Number(amount) }, (_, turn) => [call(turn + 1, file)]);
      const last = [text(['All', ' lines', ' read.'])];
      const failed = [text(['A', ' line', ' was', ' not', ' read.'])];
      return (body) => (wasRead(body) ? answers[lastCall(body)] ?? last : failed);
    }
    case 'agents': {
      const first = [launch(Number(amount))];
      const calls = [[call(1, file)], [call(2, file)]];
      const report = [text(['Child', ' done.'])];
      return (body) => {
        if (!body.includes(LAUNCH)) return calls[count(body, /"role":"tool"/g)] ?? report;
        if (!body.includes('"role":"tool"')) return first;
        return [text([`Noted ${count(body, /(?:<|\\u003[cC])task-id(?:>|\\u003[eE])/g)}.`])];
      };
    }
    case 'stream': {
      const piece = Buffer.from(chunk({ content: 'The quick brown fox jumps over. '.repeat(64).slice(0, Number(size ?? 32)) }));
      const total = Math.ceil((Number(amount) * MEGABYTE) / piece.length);
      // As few and as large writes as the socket likes best: 64 KiB of whole and cut events alike.
      const perWrite = Math.max(1, Math.floor(65_536 / piece.length));
      const block = Buffer.concat(Array.from({ length: perWrite }, () => piece));
      const answer = [Buffer.from(chunk({ role: 'assistant', content: '' }))];
      for (let left = total; left > 0; left -= perWrite) answer.push(left >= perWrite ? block : block.subarray(0, left * piece.length));
      answer.push(Buffer.from(end('stop')));
      return () => answer;
    }
    default:
      return null;
  }
}

/** Starts the server; the answer has `port` and `close()`. */
export async function serve({ file = '/dev/null', tls } = {}) {
  const scenarios = new Map();
  const find = (name) => {
    if (!scenarios.has(name)) scenarios.set(name, scenario(name, file));
    return scenarios.get(name);
  };
  const answer = (request, response) => {
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
      const other = elsewhere(request.url);
      if (other) {
        response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' }).end(other);
        return;
      }
      const answers = find(request.url.split('/')[1]);
      if (!answers || !request.url.endsWith('/chat/completions')) {
        response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"message":"no such scenario"}}');
        return;
      }
      const body = Buffer.concat(pieces);
      if (body.lastIndexOf('"stream":true') < 0) {
        // A question beside the conversation, such as for a title.
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({
          id: 'chatcmpl-1', object: 'chat.completion', created: 1700000000, model: 'scripted',
          choices: [{ index: 0, message: { role: 'assistant', content: '{}' }, finish_reason: 'stop' }],
          usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
        }));
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
      send(response, answers(body), 0);
    });
  };
  const listen = async (server) => {
    server.keepAliveTimeout = 60_000;
    server.on('connection', (socket) => socket.setNoDelay(true));
    await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    return server.address().port;
  };
  const servers = [http.createServer(answer), ...(tls ? [https.createServer(tls, answer)] : [])];
  const [port, tlsPort] = await Promise.all(servers.map(listen));
  return { port, tlsPort, close: () => servers.forEach((server) => { server.closeAllConnections(); server.close(); }) };
}

/** Writes the pieces, as fast as they are taken and no faster. */
function send(response, pieces, from) {
  for (let at = from; at < pieces.length - 1; at++) {
    if (!response.write(pieces[at])) {
      response.once('drain', () => send(response, pieces, at + 1));
      return;
    }
  }
  response.end(pieces[pieces.length - 1]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const given = (name) => { const at = process.argv.indexOf(name); return at < 0 ? undefined : process.argv[at + 1]; };
  const certificate = given('--certificate');
  const { port, tlsPort } = await serve({
    file: given('--file'),
    tls: certificate ? { cert: fs.readFileSync(certificate), key: fs.readFileSync(given('--key')) } : undefined,
  });
  process.stdout.write(`PORT ${port} ${tlsPort ?? ''}\n`);
  process.on('SIGTERM', () => process.exit(0));
}
