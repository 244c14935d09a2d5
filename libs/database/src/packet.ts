import pg from 'pg';

/** A statement on its way to the server and back. */
export interface Statement {
  /** Prepared under this name once per connection; under the empty name, parsed for this time only. */
  name: string;
  text: string;
  /** As `pg` writes them on the wire: see {@link wireValues}. */
  values: (string | Buffer | null)[];
  done(rows: unknown[], command: string): void;
  failed(error: unknown): void;
}

/** What `pg` keeps of a connection, as far as a packet speaks to it. */
interface Wire {
  stream: { cork(): void; uncork(): void };
  parse(statement: { name: string; text: string }): void;
  bind(portal: { statement: string; values: unknown[] }): void;
  describe(what: { type: 'P'; name: string }): void;
  execute(portal: { portal: string }): void;
  close(what: { type: 'S'; name: string }): void;
  sync(): void;
}

interface Field {
  name: string;
  dataTypeID: number;
  format: string;
}

type Column = [name: string, read: (text: string) => unknown];

/** What a connection knows of a prepared name. Doubtful: its packet failed, perhaps before it was parsed. */
interface Prepared {
  columns?: Column[];
  doubtful?: true;
}

const PREPARED = new WeakMap<object, Map<string, Prepared>>();

/** From here on ISO 8601 spells a year with more than four digits, which PostgreSQL does not read. */
const YEAR_10000 = Date.UTC(10_000, 0, 1);

/** Parameters as the driver would write them. @throws when a value has no such form */
export function wireValues(params: readonly unknown[]): Statement['values'] {
  return params.map((value) => {
    if (typeof value === 'string' || value === null) return value;
    // The instant that the driver too would write, but it spells it in local time, piece by piece.
    if (value instanceof Date && value.getTime() >= 0 && value.getTime() < YEAR_10000) return value.toISOString();
    return (pg as unknown as Utils).utils.prepareValue(value);
  });
}

interface Utils {
  utils: { prepareValue(value: unknown): string | Buffer | null };
}

/**
 * Several statements as one query of the driver: they leave together, and the server answers them together, since one
 * Sync follows the last (PostgreSQL, frontend/backend protocol, 54.2.4 pipelining). A Sync for each, as the driver's own
 * pipelining sends it, wakes both processes for each; and the form of a prepared statement's rows is asked for once a
 * connection, not once a call. After a failure the server passes over the rest of the packet, COMMIT included.
 */
export class Packet extends pg.Query {
  private at = 0;
  private answered: unknown[] = [];
  private columns: Column[] = [];
  private over = false;
  private prepared!: Map<string, Prepared>;
  private readonly first = new Set<string>();

  constructor(private readonly statements: readonly Statement[]) {
    // Given as text, since the driver copies a config member by member.
    super('');
  }

  /** Called by the driver when the connection is free to send. The types call it a property. */
  override readonly submit = (connection: unknown): void => {
    const wire = connection as Wire;
    this.prepared = PREPARED.get(wire) ?? new Map<string, Prepared>();
    PREPARED.set(wire, this.prepared);
    wire.stream.cork();
    for (const statement of this.statements) this.send(wire, statement);
    wire.sync();
    wire.stream.uncork();
  };

  handleRowDescription({ fields }: { fields: Field[] }): void {
    this.columns = fields.map(({ name, dataTypeID, format }) => [name, pg.types.getTypeParser(dataTypeID, format as 'text')]);
    const { name } = this.statements[this.at]!;
    if (name) this.prepared.get(name)!.columns = this.columns;
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    const { name } = this.statements[this.at]!;
    const columns = (name ? this.prepared.get(name)!.columns : undefined) ?? this.columns;
    const row: Record<string, unknown> = {};
    for (let i = 0; i < columns.length; i += 1) {
      const value = fields[i]!;
      const [column, read] = columns[i]!;
      row[column] = value === null ? null : read(value);
    }
    this.answered.push(row);
  }

  handleCommandComplete({ text }: { text: string }): void {
    const rows = this.answered;
    const statement = this.statements[this.at]!;
    this.at += 1;
    this.answered = [];
    if (statement.name) this.first.delete(statement.name);
    statement.done(rows, text);
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete({ text: '' });
  }

  /** The server's answer to the statement whose turn it is, or the end of the connection. */
  handleError(error: unknown): void {
    if (this.over) return;
    this.over = true;
    for (const name of this.first) this.prepared.get(name)!.doubtful = true;
    const [failed, ...rest] = this.statements.slice(this.at);
    failed?.failed(error);
    const left = (error as { severity?: string }).severity === undefined ? error : passedOver();
    for (const statement of rest) statement.failed(left);
  }

  handleReadyForQuery(): void {
    this.over = true;
  }

  private send(wire: Wire, { name, text, values }: Statement): void {
    const known = name ? this.prepared.get(name) : undefined;
    const fresh = !known || known.doubtful === true;
    if (fresh) {
      if (known) wire.close({ type: 'S', name });
      wire.parse({ name, text });
      if (name) {
        this.prepared.set(name, {});
        this.first.add(name);
      }
    }
    wire.bind({ statement: name, values });
    if (fresh) wire.describe({ type: 'P', name: '' });
    wire.execute({ portal: '' });
  }
}

/** As the server tells what it is sent after a failure, one by one. */
function passedOver(): Error {
  return Object.assign(new Error('a statement before it failed, so it was passed over'), { code: '25P02', severity: 'ERROR' });
}
