/** Where a command's words go: people read lines as they come, programs one JSON document at the end. */
export class Output {
  constructor(
    private readonly stdout: NodeJS.WritableStream,
    private readonly stderr: NodeJS.WritableStream,
    /** Whether `--json` was given. */
    readonly json: boolean,
  ) {}

  /** A line for people; nothing under `--json`. */
  say(line = ''): void {
    if (!this.json) this.stdout.write(`${line}\n`);
  }

  /** The outcome for programs, one line; nothing without `--json`. */
  result(outcome: object): void {
    if (this.json) this.stdout.write(`${JSON.stringify(outcome)}\n`);
  }

  /** What went wrong. Always to stderr, so that output piped on stays clean. */
  complain(line: string): void {
    this.stderr.write(`${line}\n`);
  }
}
