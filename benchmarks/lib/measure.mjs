// Wall time, CPU time and peak memory of one run of a command, its children included.
//
// With python3 a five-line helper does it by wait4: exact, and it costs the command nothing. Without it, GNU time does. Without
// both, the shell's `times` gives the CPU and the largest VmHWM seen while it ran gives the memory (looked at every 10 ms, so that
// a short peak may be missed; the table says so).
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

// Children of the command count for the CPU (the kernel adds up what was waited for) and, for the memory, by the largest one of all:
// that is how the kernel keeps it, and it favours a program that spreads over several processes.
const HELPER = `
import os, sys, time
out = os.dup(1)
null = os.open('/dev/null', os.O_RDWR)
begin = time.monotonic()
pid = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, null, 0), (os.POSIX_SPAWN_OPEN, 1, sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)])
_, status, usage = os.wait4(pid, 0)
wall = time.monotonic() - begin
scale = 1048576 if sys.platform == 'darwin' else 1024
os.write(out, ('%f %f %f %d' % (wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / scale, os.waitstatus_to_exitcode(status))).encode())
`;

const runs = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** The best way there is here: 'wait4', 'time' or 'sampling'. */
export function findMethod() {
  if (runs('python3', '-c', 'import os; os.posix_spawnp, os.wait4, os.waitstatus_to_exitcode')) return 'wait4';
  if (runs('/usr/bin/time', '-f', '%e', 'true')) return 'time';
  return 'sampling';
}

/** The real interpreter: a version manager's shim would be started, and measured, in its place. */
let python;
const findPython = () => (python ??= spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).stdout.trim());

/**
 * Runs a command to its end with nothing on its input.
 * The answer: { wall, cpu } in seconds, { memory } in MiB, { code, output, errors }.
 */
export async function measure(method, command, args, { cwd, env }) {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'qwen-measure-'));
  const outputFile = path.join(scratch, 'out');
  const usageFile = path.join(scratch, 'usage');
  try {
    const [program, ...rest] = {
      wait4: () => [findPython(), '-I', '-c', HELPER, outputFile, command, ...args],
      time: () => ['/usr/bin/time', '-o', usageFile, '-f', '%e %U %S %M', command, ...args],
      sampling: () => ['bash', '-c', 'file=$1; shift; "$@"; code=$?; times >"$file"; exit $code', 'bash', usageFile, command, ...args],
    }[method]();
    const stdout = method === 'wait4' ? 'pipe' : fs.openSync(outputFile, 'w');
    const begin = process.hrtime.bigint();
    const child = spawn(program, rest, { cwd, env, stdio: ['ignore', stdout, 'pipe'] });
    if (typeof stdout === 'number') fs.closeSync(stdout);
    let errors = '';
    let usage = '';
    let sampled = 0;
    child.stderr.setEncoding('utf8').on('data', (piece) => { errors += piece; });
    child.stdout?.setEncoding('utf8').on('data', (piece) => { usage += piece; });
    const sampler = method === 'sampling' ? setInterval(() => { sampled = Math.max(sampled, largest(child.pid)); }, 10) : null;
    let code = await new Promise((resolve, reject) => { child.once('error', reject).once('close', resolve); });
    clearInterval(sampler);
    let wall = Number(process.hrtime.bigint() - begin) / 1e9;
    let cpu;
    let memory;
    if (method === 'wait4') {
      if (code !== 0) throw new Error(`cannot run ${command}: ${errors.trim()}`);
      [wall, cpu, memory, code] = usage.split(' ').map(Number);
    } else if (method === 'time') {
      // A line before the figures tells of a code that is not zero.
      const [, user, system, kilobytes] = fs.readFileSync(usageFile, 'utf8').trim().split('\n').at(-1).split(' ').map(Number);
      [cpu, memory] = [user + system, kilobytes / 1024];
    } else {
      // The second line is the children's: "0m1.234s 0m0.100s".
      cpu = fs.readFileSync(usageFile, 'utf8').split('\n')[1].split(' ').map((part) => /(\d+)m([\d.]+)s/.exec(part)).reduce((sum, [, m, s]) => sum + m * 60 + Number(s), 0);
      memory = sampled;
    }
    return { wall, cpu, memory, code, output: fs.readFileSync(outputFile, 'utf8'), errors };
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

/** The largest VmHWM among the descendants of a process, in MiB. */
function largest(pid) {
  let most = 0;
  try {
    for (const task of fs.readdirSync(`/proc/${pid}/task`))
      for (const child of fs.readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean)) {
        const peak = /VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${child}/status`, 'utf8'));
        most = Math.max(most, peak ? Number(peak[1]) / 1024 : 0, largest(child));
      }
  } catch { /* it ended while it was looked at */ }
  return most;
}

export const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length === 0 ? NaN : sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
