// The client that the conformance kit of MCP starts: node client.mjs SERVER-URL. It gives qwen a home of its own with that server, logs in
// where the scenario is about that, and has a scripted model call the scenario's tool. QWEN names the program.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const url = process.argv[2];
const scenario = process.env.MCP_CONFORMANCE_SCENARIO ?? '';
const context = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT || '{}');
const calls = {
  'tools_call': ['add_numbers', { a: 5, b: 3 }],
  'elicitation-sep1034-client-defaults': ['test_client_elicitation_defaults', {}],
  'sse-retry': ['test_reconnection', {}],
  'auth/scope-step-up': ['test-tool', {}],
};

const home = mkdtempSync(join(tmpdir(), 'qwen-conformance-'));
mkdirSync(join(home, '.qwen'));
mkdirSync(join(home, 'work'));
writeFileSync(join(home, 'browser'), `#!/bin/sh\nexec "${process.execPath}" -e 'fetch(process.argv[1]).catch(() => {})' "$1"\n`, { mode: 0o755 });
const oauth = context.client_id ? { clientId: context.client_id, clientSecret: context.client_secret }
  : { clientMetadataUrl: 'https://conformance-test.local/client-metadata.json' };
writeFileSync(join(home, '.qwen', 'settings.json'), JSON.stringify({
  $version: 3, mcpServers: { s: { httpUrl: url, trust: true, ...(scenario.startsWith('auth/') ? { oauth } : {}) } },
}));

// Asks for the tool once, and then says what it got.
const model = createServer((request, response) => {
  let body = '';
  request.on('data', part => body += part).on('end', () => {
    const { messages = [], tools = [] } = JSON.parse(body || '{}');
    const wanted = calls[scenario]?.[0].replace(/[^A-Za-z0-9_-]/g, '_');
    const name = tools.map(tool => tool.function.name).find(name => name === `mcp__s__${wanted}`);
    const hasResult = messages.some(message => message.role === 'tool');
    const delta = name && !hasResult
      ? { role: 'assistant', tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name, arguments: JSON.stringify(calls[scenario][1]) } }] }
      : { role: 'assistant', content: `Result: ${messages.findLast(message => message.role === 'tool')?.content ?? 'none'}` };
    const chunk = fields => `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', model: 'm', ...fields })}\n\n`;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(chunk({ choices: [{ index: 0, delta, finish_reason: delta.tool_calls ? 'tool_calls' : 'stop' }] })
      + chunk({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } }) + 'data: [DONE]\n\n');
  });
});
await new Promise(resolve => model.listen(0, '127.0.0.1', resolve));

const qwen = (...args) => new Promise(resolve => {
  const environment = {
    PATH: process.env.PATH, DOTNET_ROOT: process.env.DOTNET_ROOT ?? '', HOME: home, TMPDIR: tmpdir(), BROWSER: join(home, 'browser'),
    OPENAI_API_KEY: 'k', OPENAI_MODEL: 'm', OPENAI_BASE_URL: `http://127.0.0.1:${model.address().port}/v1`,
  };
  const child = spawn(process.env.QWEN, args, { cwd: join(home, 'work'), env: environment, stdio: ['ignore', 'inherit', 'inherit'] });
  child.on('close', resolve).on('error', error => { console.error(error.message); resolve(127); });
});

let code = 0;
if (scenario.startsWith('auth/')) {
  code = await qwen('mcp', 'login', 's');
}

if (calls[scenario]) {
  code = await qwen('-p', 'go');
  if (scenario === 'auth/scope-step-up') {
    code ||= await qwen('mcp', 'login', 's');
    code ||= await qwen('-p', 'go');
  }
} else if (code === 0) {
  code = await (scenario.startsWith('auth/') ? qwen('mcp', 'test', 's') : qwen('-p', 'go'));
}

model.close();
rmSync(home, { recursive: true, force: true });
process.exit(code);
