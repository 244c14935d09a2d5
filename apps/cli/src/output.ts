/** Where a command's words go: people read lines as they come, programs one JSON document at the end. */
export class Output {
  constructor(
    private readonly stdout: NodeJS.WritableStream,
    private readonly stderr: NodeJS.WritableStream,
    /** Whether `--json` was given. */
    readonly json: boolean,
  ) {}

  /** A line for people, whatever is in it; nothing under `--json`. */
  say(line = ''): void {
    if (!this.json) this.stdout.write(`${visible(line)}\n`);
  }

  /** A text of this program's own, of several lines. */
  text(lines: string): void {
    for (const line of lines.split('\n')) this.say(line);
  }

  /** The outcome for programs, one line; nothing without `--json`. */
  result(outcome: object): void {
    if (this.json) this.stdout.write(`${visible(JSON.stringify(outcome))}\n`);
  }

  /** What went wrong, in one or more lines. Always to stderr, so that output piped on stays clean. */
  complain(lines: string): void {
    for (const line of lines.split('\n')) this.stderr.write(`${visible(line)}\n`);
  }
}

/** Controls of a terminal (C0, DEL, C1), line ends of Unicode, and what turns the direction of text. */
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Writes as `\u001b` what would move the cursor, end the line or turn the text. Words of a file that is verified come
 * here as they are: without this they could overwrite the verdict, or add a line to it. Within JSON it says the same.
 */
const visible = (line: string): string => line.replace(UNSEEN, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
