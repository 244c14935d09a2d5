import { sign } from 'node:crypto';
import { LinesDigest, LogIntegrator, logVerifierKey, readVerifierKey, ShowingTurns, signCheckpoint } from '@comity/audit';
import { DossierVerifier, type DossierReport } from '@comity/evidence';
import { ExportTally } from '../../libs/audit/src/export.js';
import { dossierEndLine, endText } from '../../libs/evidence/src/dossier/format.js';
import { Signer } from '@comity/exchange';
import { inTransaction } from '@comity/database';
import { canonicalJson } from '@comity/kernel';
import type { Type } from '@nestjs/common';
import { AuditApiModule } from '../../apps/api/src/audit/audit-api.module.js';
import { DossierController } from '../../apps/api/src/audit/dossier.controller.js';
import { bytesOf, CASE_CONTROLLERS, Play, type Body } from '../api/play.js';

/** A request of KZ to VN from draft to evidence received, with a document and an open consultation on the way. */
export class DossierCase {
  private constructor(
    readonly play: Play,
    readonly id: string,
  ) {}

  /** @param controllers beside those of cases and dossiers */
  static async open(fileUrl: string, controllers: Type[] = []): Promise<DossierCase> {
    const play = await Play.open(fileUrl, { controllers: [...CASE_CONTROLLERS, DossierController, ...controllers] }, [AuditApiModule]);
    const id = await play.draft();
    const officer = await play.as('KZ case-officer');
    await officer.post(`/requests/${id}/attachments?name=order.pdf&mediaType=application/pdf`, undefined, { 'content-type': 'application/octet-stream' }).send(Buffer.alloc(100_000, 'order ')).expect(201);
    await play.acts(id, [['KZ case-officer', null, 'SUBMIT_FOR_REVIEW'], ['KZ central-authority', null, 'TRANSMIT']]);
    await play.node.settle();
    const acts = (steps: [string, number | null, string, Record<string, unknown>?][]) => play.acts(id, steps);
    await acts([['VN central-authority', null, 'ACKNOWLEDGE'], ['VN central-authority', 1, 'EXAMINE'], ['VN central-authority', 1, 'GRANT'],
      ['VN central-authority', 1, 'ASSIGN', { authority: 'Executing authority' }], ['VN competent-authority', 1, 'AUTHORISE', { body: 'Court', remedyOpen: false }],
      ['VN competent-authority', 1, 'BEGIN_EXECUTION']]);
    const packageId = await play.package(id, 1, { 'image.dd': Buffer.alloc(120_000, 7), 'list.csv': Buffer.from('a,b\n1,2\n') });
    await acts([['VN competent-authority', 1, 'REPORT_EXECUTION', { result: 'data-obtained' }], ['VN central-authority', 1, 'DECIDE_TRANSMISSION', { outcome: 'released' }],
      ['VN central-authority', 1, 'TRANSMIT_EVIDENCE', { packageId }]]);
    await play.node.settle();
    await acts([['KZ central-authority', 1, 'CONFIRM_RECEIPT']]);
    await play.node.settle();
    const one = new DossierCase(play, id);
    await one.showLogs();
    return one;
  }

  async showLogs(): Promise<void> {
    const [log, turns] = [this.play.node.app.get(LogIntegrator, { strict: false }), this.play.node.app.get(ShowingTurns, { strict: false })];
    for (let done = 1; done > 0; ) {
      done = 0;
      for (const state of ['KZ', 'VN']) done += (await log.run(state)) + (await turns.run(state));
    }
  }

  /** The dossier's lines. */
  async export(who: string, query = '', id = this.id): Promise<string[]> {
    const { body } = await bytesOf((await this.play.as(who)).get(`/requests/${id}/dossier${query}`).expect(200));
    const text = (body as Buffer).toString('utf8');
    expect(text.endsWith('\n')).toBe(true);
    return text.slice(0, -1).split('\n');
  }

  async keyOf(state: string): Promise<string> {
    const [row] = await this.play.node.db.asSuperuser<{ jwk: { x: string } }>('SELECT jwk FROM state_key WHERE state = $1', [state]);
    return logVerifierKey(state, Buffer.from(row!.jwk.x, 'base64url'));
  }

  privateKeyOf(state: string) {
    const { db, clock, app } = this.play.node;
    return inTransaction(db.dataSource, { state }, (tx) => app.get(Signer, { strict: false }).load(tx, clock.now()));
  }

  /** A checkpoint of the State's log as only the State can sign it. */
  async checkpointOf(state: string, size: number, root: Buffer): Promise<string> {
    const { privateKey } = await this.privateKeyOf(state);
    const publicKey = Buffer.from(readVerifierKey(await this.keyOf(state)).publicKey);
    return signCheckpoint({ origin: `comity/log/${state}`, size, root }, this.play.node.clock.now(), { publicKey, sign: (message) => sign(null, message, privateKey) });
  }

  /** Makes the last line anew with the State's own key, as the State itself could: what is found then is found by what the dossier says. */
  async reseal(lines: readonly string[], state = 'KZ'): Promise<string[]> {
    const body = lines.slice(0, -1);
    const digest = new LinesDigest();
    for (const line of body) digest.add(line);
    const key = await this.privateKeyOf(state);
    const signature = sign(null, endText(digest.hex()), key.privateKey).toString('base64');
    return [...body, dossierEndLine({ lines: body.length, sha256: digest.hex(), key: await this.keyOf(state), signature })];
  }

  close(): Promise<void> {
    return this.play.close();
  }
}

/** What the lines of one kind hold. */
export const parsed = (lines: readonly string[], name: string): Body[] => lines.filter((line) => line.startsWith(`{"${name}"`)).map((line) => (JSON.parse(line) as Body)[name]);

/** The first line of a kind that `where` selects, made anew; null takes it out. */
export function altered(lines: readonly string[], name: string, change: (value: Body) => Body | null, where: (value: Body) => boolean = () => true): string[] {
  const at = lines.findIndex((line) => line.startsWith(`{"${name}"`) && where((JSON.parse(line) as Body)[name]));
  expect([name, at > 0]).toEqual([name, true]);
  const value = change((JSON.parse(lines[at]!) as Body)[name]);
  return [...lines.slice(0, at), ...(value === null ? [] : [canonicalJson({ [name]: value })]), ...lines.slice(at + 1)];
}

/** Lines of the log inside a dossier changed, and its count and hash made anew. */
export function relogged(lines: readonly string[], change: (log: string[]) => string[]): string[] {
  const from = lines.findIndex((line) => line.includes('"comity":"audit-export"'));
  const to = lines.findIndex((line, n) => n > from && line.startsWith('{"end"'));
  const log = change(lines.slice(from, to));
  const tally = new ExportTally();
  for (const line of log) tally[line.startsWith('{"leaf"') ? 'entry' : line.startsWith('{"head"') ? 'head' : 'pass'](line);
  return [...lines.slice(0, from), ...log, tally.end(), ...lines.slice(to + 1)];
}

export function verifyLines(lines: readonly string[], expected: ConstructorParameters<typeof DossierVerifier>[0] = {}): DossierReport {
  const verifier = new DossierVerifier(expected);
  for (const line of lines) if (!verifier.take(Buffer.from(line, 'utf8'))) break;
  return verifier.finish();
}

/** As `verifyLines`, of bytes that are split as a file is. */
export function verifyBytes(bytes: Buffer): DossierReport {
  const verifier = new DossierVerifier();
  let start = 0;
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
    if (!verifier.take(bytes.subarray(start, end))) return verifier.finish();
    start = end + 1;
  }
  return verifier.finish(start === bytes.length ? undefined : { what: 'end.trailing', detail: 'the file does not end with a line end' });
}
