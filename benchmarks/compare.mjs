#!/usr/bin/env node
// Compares whole processes, ours and the reference's, in turns: A B A B …, after one uncounted run of each. With --managed there are
// three: the native program, the managed one and the reference.
//
//   node benchmarks/compare.mjs --qwen ./qwen [--managed PATH] [--reference PATH] [--runs N] [--only NAME] [--out FILE] [--no-relaunch]
//
// What is measured, what it needs and what to beware of: benchmarks/README.md.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findMethod, measure, median } from './lib/measure.mjs';
import { LINES } from './lib/model-server.mjs';

const REFERENCE = '@qwen-code/qwen-code@0.15.6';
const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);

/**
 * `wall`, `memory`: what a ratio to the reference may be at the most; `managed`: the same to the managed program. `alone`: without the
 * reference; `beside`: only with the managed program. `answers`: the server's scenario, if it has another name.
 */
const SCENARIOS = [
  { name: 'version', args: ['--version'], runs: 15, wall: 1 / 15, managed: 0.45, expect: /^\d+\.\d+\.\d+/ },
  { name: 'hi', args: ['-p', 'hi'], runs: 11, wall: 1 / 12, memory: 1 / 4, managed: 0.15, expect: /Hello there\./ },
  { name: 'hi-tls', args: ['-p', 'hi'], runs: 7, alone: true, answers: 'hi', tls: true, managed: 0.4, expect: /Hello there\./ },
  { name: 'hand-over', args: ['-p', 'hi'], runs: 11, beside: true, alone: true, answers: 'hi', plugins: true, expect: /Hello there\./ },
  { name: 'turns-200', args: ['-p', 'Read every line.'], runs: 3, wall: 1 / 15, managed: 0.45, turns: 200, expect: /All lines read\./ },
  { name: 'turns-100', args: ['-p', 'Read every line.'], runs: 5, alone: true, turns: 100, expect: /All lines read\./ },
  { name: 'turns-1000', args: ['-p', 'Read every line.'], runs: 3, alone: true, turns: 1000, expect: /All lines read\./ },
  { name: 'agents-10', args: ['-p', 'Launch them all.'], runs: 3, expect: /Noted 10\./ },
  { name: 'agents-100', args: ['-p', 'Launch them all.'], runs: 3, managed: 0.45, expect: /Noted 100\./ },
  { name: 'agents-1000', args: ['-p', 'Launch them all.'], runs: 3, alone: true, expect: /Noted 1000\./ },
  { name: 'stream-20mb', args: ['-p', 'Tell it all.'], runs: 5, alone: true, managed: 0.45, megabytes: 20, expect: /The quick brown fox/ },
];

const { values: options } = parseArgs({
  options: {
    qwen: { type: 'string' },
    managed: { type: 'string' },
    reference: { type: 'string' },
    runs: { type: 'string' },
    only: { type: 'string', multiple: true },
    out: { type: 'string', default: path.join(here, 'results', 'latest.md') },
    'no-relaunch': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (options.help || !options.qwen) {
  console.log('usage: node benchmarks/compare.mjs --qwen ./qwen [--managed PATH] [--reference PATH] [--runs N] [--only NAME]… [--out FILE] [--no-relaunch]\n'
    + `scenarios: ${SCENARIOS.map((s) => s.name).join(', ')}`);
  process.exit(options.help ? 0 : 2);
}

const chosen = SCENARIOS.filter((s) => !options.only || options.only.includes(s.name));
const unknown = (options.only ?? []).filter((name) => !SCENARIOS.some((s) => s.name === name));
if (unknown.length > 0 || (options.runs && !(Number(options.runs) >= 1))) {
  console.error(unknown.length > 0 ? `There is no scenario ${unknown.join(', ')}.` : `--runs takes a number, not ${options.runs}.`);
  process.exit(2);
}

const method = findMethod();
const say = (text) => console.error(text);
const scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'qwen-compare-')));
const certificate = makeCertificate();
const server = await startServer();
process.on('exit', () => {
  server.child.kill();
  fs.rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));

const ours = prepare('ours', path.resolve(options.qwen));
const managed = options.managed ? prepare('managed', path.resolve(options.managed)) : null;
const reference = await findReference(chosen.some((s) => !s.alone));
const results = [];
for (const scenario of chosen.filter((s) => (!s.beside || managed) && (!s.tls || certificate))) results.push(await compare(scenario));

const report = render(results);
console.log(report);
fs.mkdirSync(path.dirname(path.resolve(options.out)), { recursive: true });
fs.writeFileSync(options.out, report);
say(`Written to ${options.out}`);
process.exit(results.every((result) => result.failure === undefined) ? 0 : 1);

// ---- programs and their worlds ---------------------------------------------------------------------------------------

/** A home and a workspace for one program, with what it would do beside its work switched off. */
function prepare(name, executable) {
  const home = path.join(scratch, name, 'home');
  const workspace = path.join(scratch, name, 'work');
  fs.mkdirSync(path.join(home, '.qwen'), { recursive: true });
  fs.mkdirSync(workspace, { recursive: true });
  fs.writeFileSync(path.join(home, '.qwen', 'settings.json'), JSON.stringify({
    privacy: { usageStatisticsEnabled: false },
    general: { enableAutoUpdate: false },
    memory: { enableManagedAutoMemory: false, enableManagedAutoDream: false },
    experimental: { emitToolUseSummaries: false },
    model: { skipLoopDetection: true },
    // The reference has no bound, so ours gets none either.
    ...(name !== 'reference' ? { agents: { maxConcurrent: 10_000 } } : {}),
  }));
  const script = /\.[cm]?js$/.test(executable);
  return { name, home, workspace, executable, command: script ? process.execPath : executable, args: script ? [executable] : [] };
}

async function findReference(isNeeded) {
  if (!isNeeded) return null;
  if (options.reference) return prepare('reference', path.resolve(options.reference));
  const prefix = path.join(root, 'artifacts', 'reference');
  const executable = path.join(prefix, 'node_modules', '.bin', 'qwen');
  if (!fs.existsSync(executable)) {
    say(`Installing ${REFERENCE} into ${prefix} …`);
    fs.mkdirSync(prefix, { recursive: true });
    const npm = spawnSync('npm', ['install', '--prefix', prefix, '--no-save', '--no-audit', '--no-fund', REFERENCE], { encoding: 'utf8' });
    if (npm.status !== 0 || !fs.existsSync(executable)) {
      say(`There is no reference to compare with (npm: ${(npm.error?.message ?? npm.stderr).trim().split('\n').at(-1)}). Only ours is measured.`);
      return null;
    }
  }
  return prepare('reference', executable);
}

/** A certificate for 127.0.0.1 and its key; null without openssl, and then nothing is measured over TLS. */
function makeCertificate() {
  const [cert, key] = ['cert.pem', 'key.pem'].map((name) => path.join(scratch, name));
  const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert]);
  return made.status === 0 ? { cert, key } : null;
}

/** The scripted server, in a process of its own: its work must not slow the clock that measures. */
async function startServer() {
  const file = path.join(scratch, 'lines.txt');
  fs.writeFileSync(file, Array.from({ length: LINES }, (_, n) => `This is line ${n + 1} of the file that is read.\n`).join(''));
  const child = spawn(process.execPath, [path.join(here, 'lib', 'model-server.mjs'), '--file', file,
    ...(certificate ? ['--certificate', certificate.cert, '--key', certificate.key] : [])], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port, tlsPort] = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(line.split(' ').slice(1).map(Number)));
    child.once('exit', (code) => reject(new Error(`the model server ended with ${code}`)));
  });
  return { child, port, tlsPort, directory: scratch, empty: fs.mkdirSync(path.join(scratch, 'no-plugins'), { recursive: true }) };
}

// Nothing of the caller's own set-up reaches a program: keys, proxies, runtime switches.
function environment(program, scenario) {
  const inherited = Object.entries(process.env).filter(([key]) => !/^(QWEN|OPENAI|ANTHROPIC|GEMINI|GOOGLE|DASHSCOPE|DEBUG|DOTNET_(?!ROOT)|NODE_OPTIONS$)|_proxy$/i.test(key));
  return {
    ...Object.fromEntries(inherited),
    HOME: program.home, USERPROFILE: program.home,
    OPENAI_API_KEY: 'benchmark', OPENAI_MODEL: 'scripted', OPENAI_BASE_URL: `${scenario.tls ? `https://127.0.0.1:${server.tlsPort}` : `http://127.0.0.1:${server.port}`}/${scenario.answers ?? scenario.name}/v1`,
    ...(scenario.tls ? { NODE_EXTRA_CA_CERTS: certificate.cert } : {}),
    NO_COLOR: '1', TERM: 'dumb', LANG: 'C.UTF-8',
    ...(options['no-relaunch'] ? { QWEN_CODE_NO_RELAUNCH: 'true' } : {}),
  };
}

// ---- measuring -------------------------------------------------------------------------------------------------------

async function run(program, scenario) {
  const extra = scenario.args[0] === '-p' ? ['--auth-type', 'openai', '--include-directories', server.directory] : [];
  if (scenario.plugins) extra.push('--plugin-dir', server.empty);
  const result = await measure(method, program.command, [...program.args, ...extra, ...scenario.args], { cwd: program.workspace, env: environment(program, scenario) });
  if (result.code !== 0 || !scenario.expect.test(result.output))
    throw new Error(`${program.name}, ${scenario.name}: exit ${result.code}: ${(result.errors || result.output).trim().slice(0, 400) || 'no output'}`);
  return result;
}

async function compare(scenario) {
  const programs = [ours, ...(managed ? [managed] : []), ...(scenario.alone || !reference ? [] : [reference])];
  const count = Number(options.runs ?? scenario.runs);
  const samples = programs.map(() => []);
  try {
    for (let turn = 0; turn <= count; turn++)
      for (const [index, program] of programs.entries()) {
        const sample = await run(program, scenario);
        if (turn > 0) samples[index].push(sample);
      }
  } catch (error) {
    say(error.message);
    return { scenario, failure: error.message };
  }
  const middle = (list) => ({ wall: median(list.map((s) => s.wall)), cpu: median(list.map((s) => s.cpu)), memory: median(list.map((s) => s.memory)) });
  const result = { scenario, count, ours: middle(samples[0]) };
  for (const [index, program] of programs.entries()) {
    if (index === 0) continue;
    const ratio = (key) => median(samples[0].map((sample, turn) => sample[key] / samples[index][turn][key]));
    result[program.name] = middle(samples[index]);
    result[program === reference ? 'ratio' : 'toManaged'] = { wall: ratio('wall'), cpu: ratio('cpu'), memory: ratio('memory') };
  }
  say(`${scenario.name}: ${seconds(result.ours.wall)}${[result.managed, result.reference].filter(Boolean).map((side) => ` against ${seconds(side.wall)}`).join('')}`);
  return result;
}

// ---- telling ---------------------------------------------------------------------------------------------------------

function seconds(value) { return value < 1 ? `${(value * 1000).toFixed(0)} ms` : `${value.toFixed(2)} s`; }

function figures(side) { return side ? `${seconds(side.wall)} / ${seconds(side.cpu)} / ${side.memory.toFixed(0)}` : '–'; }

function verdict(met) { return met ? 'yes' : '**no**'; }

/** The targets of a result, each with the figure it is held against. */
function targets({ scenario, ours: own, ratio, managed: other, toManaged }, all) {
  const found = [];
  if (toManaged && scenario.managed) found.push([`≤ ${scenario.managed} of the managed program's wall`, verdict(toManaged.wall <= scenario.managed)]);
  if (scenario.beside && other) found.push([`≤ 12 ms more than the managed program: ${((own.wall - other.wall) * 1000).toFixed(0)} ms`, verdict(own.wall - other.wall <= 0.012)]);
  if (ratio && scenario.wall) found.push([`wall ≤ 1/${Math.round(1 / scenario.wall)}`, verdict(ratio.wall <= scenario.wall)]);
  if (ratio && scenario.memory) found.push([`memory ≤ 1/${Math.round(1 / scenario.memory)}`, verdict(ratio.memory <= scenario.memory)]);
  // Start-up is taken off both ways, so that what is left is the turns' and the stream's own.
  const start = all.find((r) => r.scenario.name === 'hi')?.ours;
  if (scenario.megabytes && start) {
    const rate = scenario.megabytes / Math.max(own.wall - start.wall, 0.001);
    found.push([`≥ 100 MB/s of SSE, start-up taken off: ${rate.toFixed(0)} MB/s`, verdict(rate >= 100)]);
  }
  if (scenario.name === 'turns-1000' && start) {
    const short = all.find((r) => r.scenario.name === 'turns-100')?.ours;
    if (short) {
      const each = (side, turns, key) => ((side[key] - start[key]) * 1000) / turns;
      const [few, many] = [each(short, 100, 'cpu'), each(own, 1000, 'cpu')];
      found.push([`a turn as dear as one of 100 (≤ 1.25 ×), CPU: ${few.toFixed(2)} ms, here ${many.toFixed(2)} ms; wall ${each(short, 100, 'wall').toFixed(2)} ms, here ${each(own, 1000, 'wall').toFixed(2)} ms`, verdict(many <= few * 1.25)]);
    }
  }
  return found;
}

function render(all) {
  const how = { wait4: 'wait4', time: 'GNU time', sampling: 'the shell\'s times; memory sampled every 10 ms' }[method];
  const dotnet = spawnSync('dotnet', ['--list-runtimes'], { encoding: 'utf8' }).stdout?.split('\n').filter((l) => l.startsWith('Microsoft.NETCore.App ')).at(-1)?.split(' ')[1] ?? 'unknown';
  const lines = [
    '# Whole processes, ours and the reference\'s', '',
    `${os.cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${os.cpus().length} cores, ${os.type()} ${os.release()}; node ${process.version}, .NET ${dotnet}; ${new Date().toISOString().slice(0, 10)}.`,
    `Reference: ${reference ? `${REFERENCE}, ${options['no-relaunch'] ? 'without the second process it starts itself in (QWEN_CODE_NO_RELAUNCH=true)' : 'as it is installed (it starts itself in a second process)'}` : 'not here, only ours was measured'}.`,
    `Medians; a ratio is the median of the ratios of pairs run in turn. Measured by ${how}; CPU of all processes, MiB of the largest.`, '',
    `| scenario | runs | ours: wall / CPU / MiB | ${managed ? 'managed | ratio to it | ' : ''}reference: wall / CPU / MiB | ratio: wall / CPU / MiB | target | met? |`,
    `| --- | --- | --- | ${managed ? '--- | --- | ' : ''}--- | --- | --- | --- |`,
  ];
  for (const result of all) {
    if (result.failure) {
      lines.push(`| ${result.scenario.name} | – | failed: ${result.failure.replace(/[|\n]/g, ' ').slice(0, 160)} | ${managed ? '| | ' : ''}| | | **no** |`);
      continue;
    }
    const held = targets(result, all);
    const { ratio, toManaged } = result;
    lines.push(`| ${[
      result.scenario.name, result.count, figures(result.ours), ...(managed ? [figures(result.managed), toManaged ? `${toManaged.wall.toFixed(2)} / ${toManaged.cpu.toFixed(2)} / ${toManaged.memory.toFixed(2)}` : '–'] : []), figures(result.reference),
      ratio ? `${ratio.wall.toFixed(3)} (1/${(1 / ratio.wall).toFixed(1)}) / ${ratio.cpu.toFixed(3)} / ${ratio.memory.toFixed(2)}` : '–',
      held.map(([text]) => text).join('; ') || '–', held.map(([, met]) => met).join('; ') || '–',
    ].join(' | ')} |`);
  }
  return `${lines.join('\n')}\n`;
}
