// What one process that serves an editor (qwen --acp) carries: control round trips a second, 100 sessions with 10 background agents
// each, and memory over many sessions that are opened and closed.
//
//   node benchmarks/acp-load.mjs [--qwen PROGRAM] [--sessions 100] [--agents 10] [--turns 2000]
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const option = (name, fallback) => (process.argv.includes(`--${name}`) ? process.argv[process.argv.indexOf(`--${name}`) + 1] : fallback);
const program = option('qwen', './qwen');
const [sessions, agents, turns] = [['sessions', 100], ['agents', 10], ['turns', 2000]].map(([name, count]) => Number(option(name, count)));

const chunk = (delta, finish = null) => `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const launch = Array.from({ length: agents }, (_, index) => ({
  index, id: `call_${index}`, type: 'function',
  function: { name: 'agent', arguments: JSON.stringify({ description: `Look ${index}`, prompt: 'look', subagent_type: 'Explore', run_in_background: true }) },
}));
let requests = 0;
const model = createServer((request, response) => {
  let body = '';
  request.on('data', (data) => { body += data; });
  request.on('end', () => {
    requests++;
    const last = JSON.parse(body).messages.at(-1);
    const text = typeof last.content === 'string' ? last.content : (last.content ?? []).map((part) => part.text ?? '').join('');
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(last.role === 'user' && text.endsWith('begin')
      ? chunk({ tool_calls: launch }) + chunk({}, 'tool_calls') + 'data: [DONE]\n\n'
      : chunk({ content: 'Noted.' }) + chunk({}, 'stop') + 'data: [DONE]\n\n');
  });
});
await new Promise((resolve) => model.listen(0, '127.0.0.1', resolve));
const home = mkdtempSync(join(tmpdir(), 'acp-load-'));
const child = spawn(program, ['--acp'], {
  cwd: home, stdio: ['pipe', 'pipe', 'inherit'],
  env: { PATH: process.env.PATH, HOME: home, DOTNET_ROOT: process.env.DOTNET_ROOT ?? '', OPENAI_API_KEY: 'k', OPENAI_BASE_URL: `http://127.0.0.1:${model.address().port}/v1`, OPENAI_MODEL: 'm' },
});
const open = new Map();
let [lastId, told] = [0, 0];
let onTold = () => {};
createInterface({ input: child.stdout }).on('line', (line) => {
  const message = JSON.parse(line);
  if (message.method) {
    if (message.params.update?._meta?.source === 'notification') { told++; onTold(); }
    return;
  }

  const { resolve, reject } = open.get(message.id);
  open.delete(message.id);
  message.error ? reject(new Error(JSON.stringify(message.error))) : resolve(message.result);
});
const ask = (method, params) => new Promise((resolve, reject) => {
  open.set(++lastId, { resolve, reject });
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: lastId, method, params })}\n`);
});
const prompt = (sessionId, text) => ask('session/prompt', { sessionId, prompt: [{ type: 'text', text }] });
const session = async () => (await ask('session/new', { cwd: home, mcpServers: [] })).sessionId;
const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024;
const row = (what, value) => console.log(`| ${what} | ${value} |`);
const timed = async (work) => { const began = performance.now(); await work(); return performance.now() - began; };

console.log('| what | measured |\n| --- | ---: |');
await ask('initialize', { protocolVersion: 1, clientCapabilities: {} });
row('memory after the handshake, MiB', memory().toFixed(1));
const first = await session();
row('memory with one session, MiB', memory().toFixed(1));

const trips = 20_000;
const tripTime = await timed(async () => {
  for (let sent = 0; sent < trips; sent += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, i) => ask('session/set_mode', { sessionId: first, modeId: i % 2 ? 'plan' : 'default' })));
  }
});
row('control round trips a second', Math.round(trips / tripTime * 1000));

const ids = [];
const openTime = await timed(async () => { for (let i = 0; i < sessions; i++) ids.push(await session()); });
row(`opening ${sessions} sessions, ms each`, (openTime / sessions).toFixed(2));
const fleetTime = await timed(async () => {
  const all = new Promise((resolve) => { onTold = () => told === sessions * agents && resolve(); });
  await Promise.all(ids.map((id) => prompt(id, 'begin')));
  await all;
});
row(`${sessions} sessions with ${agents} background agents each, ms until the last was told`, Math.round(fleetTime));
row('memory at that moment, MiB', memory().toFixed(1));
await Promise.all(ids.map((id) => ask('session/close', { sessionId: id })));

const rounds = async (count) => {
  for (let i = 0; i < count; i += 10) {
    const id = await session();
    for (let turn = 0; turn < 10; turn++) await prompt(id, 'hi');
    await ask('session/close', { sessionId: id });
  }
};
await rounds(turns / 4);
const before = memory();
const turnTime = await timed(() => rounds(turns));
row('turns a second, ten to a session', Math.round(turns / turnTime * 1000));
row(`memory before and after ${turns} turns, MiB`, `${before.toFixed(1)} / ${memory().toFixed(1)}`);
row('requests to the model', requests);
child.stdin.end();
const code = await new Promise((resolve) => child.on('exit', resolve));
row('exit code', code);
model.close();
rmSync(home, { recursive: true, force: true });
process.exit(code);
