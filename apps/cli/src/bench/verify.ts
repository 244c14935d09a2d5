import { spawn } from 'node:child_process';
import { createHash, hash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENTRY_OFFSET, splitEntryLine, verifyFile } from '@comity/audit';
import type { Environment } from '../command.js';
import type { Output } from '../output.js';
import { closing } from './closing.js';
import { median, rounded } from './figures.js';
import { writeLongLog } from './long-log.js';
import { program } from './server.js';

export interface VerifyOptions {
  entries: number;
  repeats: number;
  /** Exit status 1 below this ratio to the bare loop. */
  bar: number;
  /** Exit status 1 above so many MB more than with a tenth of the entries. */
  growthBar: number;
}

const LOOP = "the same file read and split into lines, SHA-256 of each entry as a leaf, of each node of the tree over them (RFC 6962) and of the file, by Node's createHash; nothing parsed, compared or checked";

/**
 * Offline verification of a whole log against a bare loop that makes the same tree's hashes and nothing else, in turns;
 * and the memory it takes, in a process of its own, beside that for a tenth of the entries. @returns 1 below a bar
 */
export async function benchVerify(options: VerifyOptions, env: Environment, out: Output): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'comity-bench-'));
  const close = closing(() => rm(folder, { recursive: true, force: true }));
  try {
    const [path, tenth] = [join(folder, 'log.jsonl'), join(folder, 'tenth.jsonl')];
    const began = performance.now();
    await writeLongLog(path, options.entries);
    await writeLongLog(tenth, Math.max(10, Math.floor(options.entries / 10)));
    out.say(`${options.entries} entries, ${rounded((await stat(path)).size / 1e6, 0)} MB, written in ${rounded((performance.now() - began) / 1000, 1)} s`);
    out.say(`loop: ${LOOP}\n`);
    const turns: { loop: number; oneShot: number; leaves: number; verify: number }[] = [];
    for (let repeat = 0; repeat < options.repeats; repeat += 1) {
      const [loop, oneShot, leaves] = [await bareLoop(path, 'create-hash'), await bareLoop(path, 'one-shot'), await bareLoop(path, 'leaves')];
      const since = performance.now();
      const { ok, entries, firstFault } = await verifyFile(path);
      if (!ok || entries !== options.entries) throw new Error(`the log of the bench does not hold: ${JSON.stringify(firstFault)}`);
      turns.push({ loop, oneShot, leaves, verify: performance.now() - since });
    }
    const ratioTo = (which: 'loop' | 'oneShot' | 'leaves'): number => rounded(median(turns.map((turn) => turn[which] / turn.verify)), 3);
    const perSecond = (ms: number[]): number => Math.round(options.entries / (median(ms) / 1000));
    const [few, many] = [await peakMb(tenth, env), await peakMb(path, env)];
    const told = {
      entries: options.entries, ratio: ratioTo('loop'), ratios: turns.map(({ loop, verify }) => rounded(loop / verify)),
      // Told beside it, so that nobody takes the loop for the fastest there could be.
      ratioToOneShotHashes: ratioTo('oneShot'), ratioToLeavesAlone: ratioTo('leaves'),
      perSecond: perSecond(turns.map(({ verify }) => verify)), loopPerSecond: perSecond(turns.map(({ loop }) => loop)),
      peakMb: { tenth: few, all: many }, growthMb: rounded(many - few, 1),
    };
    const below = [
      ...(told.ratio < options.bar ? [`the ratio ${told.ratio} is below its bar ${options.bar}`] : []),
      ...(told.growthMb > options.growthBar ? [`memory grew by ${told.growthMb} MB over ten times the entries, above its bar of ${options.growthBar} MB`] : []),
    ];
    out.say(`  ratio ${told.ratio} (to one-shot hashes ${told.ratioToOneShotHashes}, to leaves alone ${told.ratioToLeavesAlone})  ${told.perSecond}/s of ${told.loopPerSecond}/s  peak ${few} / ${many} MB`);
    for (const fault of below) out.complain(fault);
    out.result({ bench: 'verify', ok: below.length === 0, bar: options.bar, growthBar: options.growthBar, repeats: options.repeats, cores: availableParallelism(), loop: LOOP, ...told, ...(below.length > 0 && { below }) });
    return below.length === 0 ? 0 : 1;
  } finally {
    await close();
  }
}

/** The milliseconds of a loop that reads and hashes, and does nothing else. `leaves`: without the nodes and the file's sum. */
async function bareLoop(path: string, what: 'create-hash' | 'one-shot' | 'leaves'): Promise<number> {
  const since = performance.now();
  const [sum, node] = [createHash('sha256'), Buffer.alloc(65, 1)];
  const stack: Buffer[] = [];
  let count = 0;
  const leafOf = (line: Buffer, end: number): Buffer => {
    if (what !== 'one-shot') return createHash('sha256').update(LEAF).update(line.subarray(ENTRY_OFFSET, end)).digest();
    // One call over prefix and bytes: the byte before them stands in for the prefix, the sum having passed it already.
    line[ENTRY_OFFSET - 1] = 0;
    return hash('sha256', line.subarray(ENTRY_OFFSET - 1, end), 'buffer');
  };
  const nodeOf = (left: Buffer, right: Buffer): Buffer => {
    if (what !== 'one-shot') return createHash('sha256').update(NODE).update(left).update(right).digest();
    left.copy(node, 1);
    right.copy(node, 33);
    return hash('sha256', node, 'buffer');
  };
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    if (what !== 'leaves') sum.update(chunk);
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      const line = rest.length > 0 ? Buffer.concat([rest, chunk.subarray(start, end)]) : chunk.subarray(start, end);
      rest = Buffer.alloc(0);
      start = end + 1;
      if (line[2] !== 0x6c) continue;
      let top = leafOf(line, splitEntryLine(line).end);
      if (what === 'leaves') continue;
      for (let n = count; n % 2 === 1; n = (n - 1) / 2) top = nodeOf(stack.pop()!, top);
      stack.push(top);
      count += 1;
    }
    rest = Buffer.concat([rest, chunk.subarray(start)]);
  }
  return performance.now() - since;
}

const LF = 0x0a;
const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

/** The most that `comity verify` held of memory; with a small nursery, so that what is held is told and not when it was swept. */
async function peakMb(path: string, env: Environment): Promise<number> {
  const passed = Object.fromEntries(['PATH', 'NODE_OPTIONS'].flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
  const child = spawn(process.execPath, ['--max-semi-space-size=4', program(), 'verify', path, '--json'], { env: passed, stdio: 'ignore' });
  const stop = closing(async () => void child.kill('SIGKILL'));
  let peak = 0;
  const look = setInterval(() => {
    const status = `/proc/${child.pid}/status`;
    // Where there is no such file the peak stays 0, and nothing is said of memory.
    if (existsSync(status)) peak = Math.max(peak, Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(status, 'utf8'))?.[1] ?? 0));
  }, 20);
  const [code] = (await once(child, 'exit')) as [number | null];
  clearInterval(look);
  await stop();
  if (code !== 0) throw new Error(`comity verify ended with ${code}`);
  return rounded(peak / 1024, 1);
}
