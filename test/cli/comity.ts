import { Writable } from 'node:stream';
import { run } from '../../apps/cli/src/run.js';

export interface Outcome {
  status: number;
  stdout: string;
  stderr: string;
  /** What `--json` printed. */
  json: unknown;
}

/** One call of the command, in this process, with nothing of its environment. */
export async function comity(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  const [out, err] = [collector(), collector()];
  const status = await run(args, { env, stdout: out.stream, stderr: err.stream });
  const stdout = out.text();
  return { status, stdout, stderr: err.text(), json: args.includes('--json') ? JSON.parse(stdout) : undefined };
}

function collector(): { stream: Writable; text: () => string } {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString());
      done();
    },
  });
  return { stream, text: () => chunks.join('') };
}
