import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { AccountStatus } from '@comity/access';
import { CLOCK, Problem, type Clock, type Official } from '@comity/kernel';
import { RequestReader, type Change } from '@comity/requests';
import { encodeCursor } from '../http/paging.js';

/** Name of the feed in its cursors. */
export const FEED = 'changes';
/** Streams one account may hold open at once: a window or two, and one that its network has not yet given up. */
export const STREAMS_OF_ACCOUNT = 3;
/** How soon a change, a suspension or the end of a session is noticed. */
const POLL_MS = 500;
/** Below the idle time of common reverse proxies. */
const HEARTBEAT_MS = 15_000;
const BATCH = 100;

type Cursor = Change['cursor'];
export const cursorOf = ({ xact, fileId, seq }: Cursor): string => encodeCursor(FEED, [xact, fileId, seq]);

/** The feed of changes as server-sent events (WHATWG HTML 9.2): the same changes in the same order, pushed. */
@Injectable()
export class ChangesStream implements BeforeApplicationShutdown {
  private readonly open = new Map<string, Set<AbortController>>();

  constructor(
    private readonly reader: RequestReader,
    private readonly status: AccountStatus,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Ends by itself when the session is over or the account may no longer read, saying so in an event `end`.
   * @throws Problem 429 `changes.too-many-streams`
   */
  start(actor: Official, sessionEnds: Date, after: Cursor | undefined): Readable {
    const streams = this.open.get(actor.accountId) ?? new Set();
    if (streams.size >= STREAMS_OF_ACCOUNT) throw tooManyStreams();
    const ending = new AbortController();
    this.open.set(actor.accountId, streams.add(ending));
    const stream = Readable.from(this.events(actor, sessionEnds, after, ending.signal));
    // Not in the generator: one that nobody began to read never reaches its end, and one that sleeps reaches it late.
    const destroy = stream._destroy.bind(stream);
    stream._destroy = (error, done) => {
      ending.abort();
      streams.delete(ending);
      if (streams.size === 0) this.open.delete(actor.accountId);
      destroy(error, done);
    };
    return stream;
  }

  /** Before the server closes, which waits for answers under way. */
  beforeApplicationShutdown(): void {
    for (const streams of this.open.values()) for (const one of streams) one.abort();
  }

  private async *events(actor: Official, sessionEnds: Date, start: Cursor | undefined, ending: AbortSignal): AsyncGenerator<string> {
    let after = start;
    let silentSince = performance.now();
    yield ': changes of the own State\n\n';
    while (!ending.aborted) {
      const over = await this.reasonToEnd(actor, sessionEnds);
      if (over !== undefined) return void (yield `event: end\ndata: ${JSON.stringify({ code: over })}\n\n`);
      const found = await this.reader.changes(actor, after, BATCH);
      for (const { cursor, ...change } of found) {
        if (ending.aborted || this.clock.now() >= sessionEnds) break;
        after = cursor;
        yield `id: ${cursorOf(cursor)}\nevent: change\ndata: ${JSON.stringify(change)}\n\n`;
      }
      if (found.length > 0) silentSince = performance.now();
      else if (performance.now() - silentSince >= HEARTBEAT_MS) {
        silentSince = performance.now();
        yield ': \n\n';
      }
      if (found.length < BATCH) await sleep(POLL_MS, undefined, { signal: ending }).catch(() => undefined);
    }
  }

  private async reasonToEnd(actor: Official, sessionEnds: Date): Promise<string | undefined> {
    if (this.clock.now() >= sessionEnds) return 'session.invalid';
    try {
      await this.status.assertActiveAlone(actor);
      return undefined;
    } catch (error) {
      if (error instanceof Problem) return error.code;
      throw error;
    }
  }
}

const tooManyStreams = (): Problem =>
  new Problem({
    status: 429, code: 'changes.too-many-streams', title: 'Too many streams', headers: { 'Retry-After': '15' },
    detail: `An account may hold ${STREAMS_OF_ACCOUNT} streams open. Close one, or ask for the feed as JSON.`,
  });
