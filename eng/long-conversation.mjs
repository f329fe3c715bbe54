// Drives a conversation of many turns through a window of 32,000 tokens, with agents running, and checks what the model is still told at
// its end: the goal, the open to-do items, and the tasks that are out. Prints how much of the requests repeats the one before.
// Usage: node eng/long-conversation.mjs --qwen PROGRAM [--turns 500] [--window 32000]
import { createServer } from 'node:http';
import { spawn } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const option = (name, fallback) => process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : fallback;
const qwen = option('--qwen', './qwen');
const turns = Number(option('--turns', 500));
const window = Number(option('--window', 32000));
const goal = 'GOAL-7f3a: port the parser to the new grammar, keep every error message, never touch legacy/.';
const filler = n => 'The rule for expressions reads an operand and then the operators that bind tighter. '.repeat(Math.ceil(n / 83)).slice(0, n);

const dir = mkdtempSync(join(tmpdir(), 'qwen-long-'));
mkdirSync(join(dir, 'home', '.qwen'), { recursive: true });
mkdirSync(join(dir, 'work'));
for (let i = 0; i < 20; i++) writeFileSync(join(dir, 'work', `file${i}.txt`), `file ${i}\n` + filler(2000));
writeFileSync(join(dir, 'home', '.qwen', 'settings.json'), JSON.stringify({ model: { generationConfig: { contextWindowSize: window } } }));

let requests = 0, summaries = 0, refused = 0, largest = 0, sent = 0, repeated = 0, launches = 0, previous = '';
let lastMain = null;
const faults = [], held = [];
const text = message => typeof message.content === 'string' ? message.content
  : Array.isArray(message.content) ? message.content.map(part => part.text ?? '').join('') : '';
const commonPrefix = (a, b) => { let i = 0; while (i < a.length && i < b.length && a[i] === b[i]) i++; return i; };

function answer(body) {
  const messages = body.messages, last = messages.at(-1);
  const all = messages.map(text).join('\n');
  if (last.role === 'user' && text(last).startsWith('Stop for a moment')) { summaries++; return { content: `Turn by turn the rules are ported (${summaries}).` }; }
  const prompts = messages.filter(m => m.role === 'user').map(text);
  const turn = Number(/TURN (\d+)\b(?![\s\S]*TURN \d)/.exec(all)?.[1] ?? 0);
  const answered = last.role === 'tool';
  if (turn === 1 && !answered) {
    return { calls: [
      ['todo_write', { todos: [1, 2, 3, 4].map(i => ({ id: `todo-${i}`, content: `Port part ${i}`, status: i === 1 ? 'completed' : 'pending' })) }],
      ['agent', { description: 'audit lexer', prompt: 'CHILD audit the lexer', subagent_type: 'general-purpose', run_in_background: true }],
      ['agent', { description: 'audit docs', prompt: 'CHILD audit the docs', subagent_type: 'general-purpose', run_in_background: true }]] };
  }
  if (!answered) {
    // As a model would that forgot: what it does not see it starts again.
    for (const what of ['audit lexer', 'audit docs']) {
      if (turn > 1 && !all.includes(what)) { launches++; return { calls: [['agent', { description: what, prompt: `CHILD ${what}`, subagent_type: 'general-purpose', run_in_background: true }]] }; }
    }
    return { calls: [['read_file', { file_path: join(dir, 'work', `file${turn % 20}.txt`) }]] };
  }
  return { content: `Turn ${turn} is done.` };
}

const server = createServer((request, response) => {
  let data = '';
  request.on('data', chunk => data += chunk).on('end', () => {
    const body = JSON.parse(data);
    const isChild = body.messages.some(m => m.role === 'user' && text(m).startsWith('CHILD'));
    if (isChild) { held.push(response); return; }
    requests++;
    const json = JSON.stringify(body.messages);
    const tokens = Math.round((json.length + JSON.stringify(body.tools ?? []).length) / 4.2);
    largest = Math.max(largest, tokens);
    if (tokens > window) {
      refused++;
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { message: `This model's maximum context length is ${window} tokens.`, code: 'context_length_exceeded' } }));
      return;
    }
    const isSummary = text(body.messages.at(-1)).startsWith('Stop for a moment');
    const same = commonPrefix(json, previous);
    sent += json.length; repeated += same;
    if (!isSummary) lastMain = body.messages;
    previous = json;
    const reply = answer(body);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const delta = reply.calls
      ? { role: 'assistant', tool_calls: reply.calls.map(([name, args], index) => ({ index, id: `c${requests}_${index}`, type: 'function', function: { name, arguments: JSON.stringify(args) } })) }
      : { role: 'assistant', content: reply.content };
    const chunk = extra => `data: ${JSON.stringify({ id: `r${requests}`, object: 'chat.completion.chunk', model: 'm', created: 1, ...extra })}\n\n`;
    response.end(chunk({ choices: [{ index: 0, delta, finish_reason: null }] }) + chunk({ choices: [{ index: 0, delta: {}, finish_reason: reply.calls ? 'tool_calls' : 'stop' }] })
      + chunk({ choices: [], usage: { prompt_tokens: tokens, completion_tokens: 20, total_tokens: tokens + 20, prompt_tokens_details: { cached_tokens: Math.round(tokens * same / json.length) } } }) + 'data: [DONE]\n\n');
  });
});

server.listen(0, '127.0.0.1', () => {
  const child = spawn(qwen, ['--acp', '-y', '-m', 'm', '--auth-type', 'openai'], {
    cwd: join(dir, 'work'), stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, HOME: join(dir, 'home'), QWEN_HOME: '', OPENAI_API_KEY: 'k', OPENAI_BASE_URL: `http://127.0.0.1:${server.address().port}/v1` },
  });
  let turn = 0, rest = '', errors = '', session = '', id = 0;
  const call = (method, params) => child.stdin.write(JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params }) + '\n');
  const next = () => {
    if (turn === turns) { finish(); return; }
    turn++;
    call('session/prompt', { sessionId: session, prompt: [{ type: 'text', text: turn === 1 ? `${goal} TURN 1` : `TURN ${turn}: read the next file.` }] });
  };
  const check = (what, holds) => { console.log(`${holds ? 'ok  ' : 'FAIL'} ${what}`); if (!holds) faults.push(what); };
  const finish = () => {
    const all = lastMain.map(text).join('\n');
    check(`the goal is there word for word after ${turns} turns`, all.includes(goal));
    check('the three open to-do items are there with their ids', [2, 3, 4].every(i => all.includes(`todo-${i} [pending] Port part ${i}`)) && !all.includes('todo-1 ['));
    check('both agents are on the roster', ['audit lexer', 'audit docs'].every(name => new RegExp(`\\(agent general-purpose, running\\): ${name}`).test(all)));
    check('no agent was started twice', launches === 0);
    check('no request was longer than the window', refused === 0);
    check('the conversation was compacted', summaries > 0);
    console.log(`${requests} requests, ${summaries} compactions, the largest request ${largest} tokens of ${window}`);
    console.log(`cached share: ${(100 * repeated / sent).toFixed(1)} % of ${(sent / 1e6).toFixed(1)} MB sent`);
    child.kill('SIGTERM');
    held.forEach(response => response.destroy());
    server.close(); server.closeAllConnections();
    child.on('exit', () => { rmSync(dir, { recursive: true, force: true }); process.exit(faults.length ? 1 : 0); });
  };
  child.stdout.on('data', chunk => {
    rest += chunk;
    for (let at; (at = rest.indexOf('\n')) >= 0; rest = rest.slice(at + 1)) {
      const message = JSON.parse(rest.slice(0, at));
      if (message.error) { console.log(`turn ${turn}: ${JSON.stringify(message.error)}`); faults.push('error'); finish(); }
      else if (message.result?.sessionId) { session = message.result.sessionId; next(); }
      else if (message.result?.stopReason) next();
      else if (message.result && message.id === 1) call('session/new', { cwd: join(dir, 'work'), mcpServers: [] });
    }
  });
  child.stderr.on('data', chunk => { errors += chunk; if (errors.length < 4000) process.stderr.write(chunk); });
  call('initialize', { protocolVersion: 1, clientCapabilities: {} });
});
