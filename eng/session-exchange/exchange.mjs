// node exchange.mjs OURS REFERENCE VERSION: two programs take turns on one session; what the model is sent must hold all that was said before.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';

const [ours, reference, version] = process.argv.slice(2);
const room = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'qwen-exchange-')));
const requests = [];
let answers = 0;

const server = http.createServer((request, response) => {
  let body = '';
  request.on('data', (piece) => { body += piece; }).on('end', () => {
    if (!request.url.endsWith('/chat/completions')) return void response.writeHead(404).end('{}');
    const asked = JSON.parse(body);
    requests.push(asked);
    const text = `Answer number ${++answers}.`;
    const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
    const head = { id: 'c1', created: 1700000000, model: 'scripted' };
    if (!asked.stream) {
      const choices = [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }];
      return void response.writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ ...head, object: 'chat.completion', choices, usage }));
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (choices, more) => response.write(
      `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices, ...more })}\n\n`);
    send([{ index: 0, delta: { role: 'assistant', content: text }, finish_reason: null }]);
    send([{ index: 0, delta: {}, finish_reason: 'stop' }], { usage });
    response.end('data: [DONE]\n\n');
  });
});
await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });

function environment(home) {
  return {
    PATH: process.env.PATH, HOME: home, USERPROFILE: home, DOTNET_ROOT: process.env.DOTNET_ROOT ?? '/usr/share/dotnet',
    OPENAI_API_KEY: 'none', OPENAI_BASE_URL: `http://127.0.0.1:${server.address().port}/v1`, OPENAI_MODEL: 'scripted',
    QWEN_TELEMETRY_ENABLED: 'false', CI: '1', NO_COLOR: '1',
  };
}

function run(program, args, place) {
  const [command, ...first] = program === 'ours' ? [ours] : [process.execPath, reference];
  return new Promise((resolve) => {
    const child = spawn(command, [...first, ...args], { cwd: place.work, env: environment(place.home), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (piece) => { output += piece; });
    child.stderr.on('data', (piece) => { output += piece; });
    const late = setTimeout(() => child.kill('SIGKILL'), 60_000);
    child.on('close', (code) => { clearTimeout(late); resolve({ code, output }); });
  });
}

const textOf = (message) => typeof message.content === 'string' ? message.content
  : (message.content ?? []).map((part) => part.text ?? '').join('\n');

async function exchange(order) {
  const name = `${version}: ${order.join(' → ')}`;
  const place = { home: path.join(room, order.join('-'), 'home'), work: path.join(room, order.join('-'), 'work') };
  fs.mkdirSync(path.join(place.home, '.qwen'), { recursive: true });
  fs.mkdirSync(place.work);
  fs.writeFileSync(path.join(place.home, '.qwen', 'settings.json'), JSON.stringify({
    security: { auth: { selectedType: 'openai' } }, privacy: { usageStatisticsEnabled: false }, general: { enableAutoUpdate: false },
  }));
  const said = [];
  let session;
  for (const [turn, program] of order.entries()) {
    const prompt = `secret word ${turn} is ${['apple', 'pear', 'cherry'][turn]}`;
    const before = requests.length;
    const { code, output } = await run(program, ['-p', prompt, ...(session ? ['--resume', session] : [])], place);
    const asked = requests.slice(before).find((request) => request.messages.some((message) => textOf(message).includes(prompt)));
    if (code !== 0 || !asked) return fail(name, `turn ${turn} (${program}) ended with ${code}; it printed:\n${output.slice(0, 2000)}`);
    const heard = asked.messages.map(textOf).join('\n');
    const missing = said.filter((text) => !heard.includes(text));
    if (missing.length > 0) return fail(name, `turn ${turn} (${program}) did not send: ${missing.join('; ')}`);
    said.push(prompt, output.match(/Answer number \d+\./)?.[0] ?? 'an answer on its output');
    const chats = path.join(place.home, '.qwen', 'projects', place.work.replaceAll(/[^A-Za-z0-9]/g, '-'), 'chats');
    const files = fs.readdirSync(chats).filter((file) => /^[0-9a-f-]{36}\.jsonl$/.test(file));
    if (files.length !== 1) return fail(name, `turn ${turn} (${program}) left ${files.length} sessions`);
    session = files[0].slice(0, -'.jsonl'.length);
  }
  console.log(`ok   ${name}`);
  return true;
}

function fail(name, reason) {
  console.log(`FAIL ${name}: ${reason}`);
  return false;
}

const passed = [
  await exchange(['reference', 'ours', 'reference']),
  await exchange(['ours', 'reference', 'ours']),
];
server.close();
server.closeAllConnections();
fs.rmSync(room, { recursive: true, force: true });
process.exitCode = passed.every(Boolean) ? 0 : 1;
