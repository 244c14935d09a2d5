import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AccountStatus, Idempotency, type IdempotentAct, type StoredAnswer } from '@comity/access';
import { AuditLog, entryActor, newChain } from '@comity/audit';
import { inTransaction, type Tx } from '@comity/database';
import { DirectoryService } from '@comity/directory';
import { assertVersion, badRequest, CLOCK, conflict, etagOf, forbidden, newId, unprocessable, type Clock, type Json, type Official } from '@comity/kernel';
import { checkFormat, type Lacking, type LetterContent, type MeasureContent } from '@comity/treaty';
import type { CheckDto, CreateDraftDto, SaveDraftDto } from './draft.dto.js';
import { type ChartName, checkBody, DUTY_FORMS, initialState, isSent, mainState, overallOf } from './domain/index.js';
import { FactsLoader } from './facts.js';
import { insertFile, insertMeasure, lockFileWithChain, readFile, readMeasures, requestUnknown, updateContent } from './files.js';
import { likenessOf } from './likeness.js';
import { unknownLinks } from './linked.js';
import type { Measure } from './measure.entity.js';
import { rethrowReference } from './own-reference.js';
import { loggingRefusals } from './refusal-log.js';
import type { RequestFile } from './request-file.entity.js';

export interface CheckAnswer {
  /** Nothing that is lacking blocks the transmission. */
  ready: boolean;
  training: boolean;
  lacking: Lacking[];
}

/** Drafting: creating a letter, autosave, and the check of what it still lacks. */
@Injectable()
export class DraftsService {
  constructor(
    private readonly db: DataSource,
    private readonly accounts: AccountStatus,
    private readonly idempotency: Idempotency,
    private readonly audit: AuditLog,
    private readonly directory: DirectoryService,
    private readonly facts: FactsLoader,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws Problem 422 with pointers when the content is wrong; what is merely lacking is no error in a draft */
  async create(actor: Official, dto: CreateDraftDto, idempotency: IdempotentAct): Promise<StoredAnswer> {
    const at = this.clock.now();
    return this.acting(actor, at, { act: 'request.create' }, dto.ownReference, async (tx) => {
      const [, begun] = await Promise.all([this.accounts.assertActive(tx, actor), this.idempotency.begin(tx, idempotency, at)]);
      if (begun.kind === 'replay') return begun.answer;
      assertReference(dto.ownReference);
      await this.assertRequestedState(tx, actor, dto.requestedState, at);
      const inherited: Inherited = dto.supplements ? await this.inherited(tx, dto) : dto;
      assertMayDraft(actor, inherited.measures);
      await this.assertContent(tx, actor, dto.requestedState, inherited, at);
      const file = newFile(actor, dto, inherited.letter, inherited.measures, at);
      if (inherited.openedFrom !== undefined) file.particulars = { openedFrom: inherited.openedFrom };
      insertFile(tx, file);
      addMeasures(tx, file, inherited.measures);
      await this.audit.append(tx, {
        subject: `file:${file.id}`, type: 'request.created', at, actor: entryActor(actor),
        body: { requestedState: dto.requestedState, measures: inherited.measures.length, version: 1, ...(dto.supplements && { supplements: dto.supplements }) },
      }, newChain(`file:${file.id}`));
      const answer = { status: 201, body: savedDraft(file), headers: { ETag: etagOf(1) } };
      void this.idempotency.complete(tx, idempotency, answer);
      return answer;
    });
  }

  /** Autosave: the whole draft each time. One entry in the log per sitting. */
  async save(actor: Official, id: string, dto: SaveDraftDto, ifMatch: string | undefined): Promise<SavedDraft & { etag: string }> {
    const at = this.clock.now();
    return this.acting(actor, at, { act: 'request.write', requestId: id }, dto.ownReference, async (tx) => {
      const subject = `file:${id}`;
      const [, locked, measures] = await Promise.all([this.accounts.assertActive(tx, actor), lockFileWithChain(tx, this.audit, id), readMeasures(tx, id)]);
      if (!locked) throw requestUnknown();
      const { row, head } = locked;
      assertWriter(row);
      assertVersion(ifMatch, row.version);
      assertDraft(row);
      assertReference(dto.ownReference);
      assertMayDraft(actor, [...dto.measures, ...measures.map((m) => m.content)]);
      await this.assertContent(tx, actor, row.counterpart, dto, at, id);
      const next: RequestFile = {
        ...row, ...contentColumns(dto.letter, dto.measures), ownReference: dto.ownReference ?? row.ownReference, ...revised(row, actor, at),
      };
      updateContent(tx, next);
      void tx.prepared('requests_measures_clear', 'DELETE FROM measure WHERE state = $1 AND file_id = $2', [tx.state, id]);
      addMeasures(tx, next, dto.measures);
      await this.audit.appendForSitting(tx, {
        subject, type: 'request.draft-saved', at, actor: entryActor(actor), body: { version: next.version, measures: dto.measures.length },
      }, head);
      return { ...savedDraft(next), etag: etagOf(next.version) };
    });
  }

  /**
   * What a content would be refused for or still lacks; nothing is kept.
   * @throws Problem 404 `request.unknown` where a draft is named that is none of one's own to that State
   */
  async check(actor: Official, { requestId, requestedState, letter, measures }: CheckDto): Promise<CheckAnswer> {
    const at = this.clock.now();
    return inTransaction(this.db, { state: actor.state, readOnly: true }, async (tx) => {
      const row = requestId === undefined ? undefined : await readFile(tx, requestId);
      if (requestId !== undefined && (row?.side !== 'requesting' || row.counterpart !== requestedState)) throw requestUnknown();
      await this.assertContent(tx, actor, requestedState, { letter, measures }, at, requestId);
      const { lacking, training } = row
        ? await this.facts.lacking(tx, { row: { ...row, content: letter }, measures: measuresOf(row, measures) }, at)
        : await this.facts.check(tx, { requesting: actor.state, requested: requestedState, letter, measures }, at);
      return { ready: lacking.every((l) => !l.blocks), training, lacking };
    });
  }

  /** One act of drafting in one transaction; refused permissions are logged. */
  private acting<T>(actor: Official, at: Date, about: Record<string, Json>, ownReference: string | undefined, work: (tx: Tx) => Promise<T>): Promise<T> {
    return loggingRefusals(this.audit, actor, at, about, () => inTransaction(this.db, { state: actor.state }, work)).catch((error: unknown) => rethrowReference(error, ownReference, '/ownReference'));
  }

  private async assertRequestedState(tx: Tx, actor: Official, requestedState: string, at: Date): Promise<void> {
    if (requestedState === actor.state) throw unprocessable('state.own', 'A State asks another State. Choose the requested State.', 'UNCC 40(1)', [{ pointer: '/requestedState', code: 'state.own', detail: 'Your own State.' }]);
    if (!(await this.directory.state(tx, requestedState, at.toISOString().slice(0, 10)))) {
      throw unprocessable('state.unknown', 'The directory does not know this State. Ask your administrator to add it.', undefined, [{ pointer: '/requestedState', code: 'state.unknown', detail: 'Not in the directory.' }]);
    }
  }

  private async assertContent(tx: Tx, actor: Official, requestedState: string, { letter, measures }: { letter: LetterContent; measures: MeasureContent[] }, at: Date, own?: string): Promise<void> {
    const on = at.toISOString().slice(0, 10);
    const arrangements = await this.facts.arrangements(tx, actor.state, requestedState, on);
    const problems = checkFormat(letter, measures, { requesting: actor.state, requested: requestedState, on, arrangements });
    problems.push(...(await unknownLinks(tx, requestedState, measures, own)));
    if (problems.length === 0) return;
    const [first] = problems;
    throw unprocessable(first!.code, problems.length === 1 ? first!.detail : `${problems.length} problems; see errors.`, first!.rule,
      problems.map(({ code, detail, pointer, rule, offers }) => ({ code, pointer, ...(rule && { rule }), detail: offers?.length ? `${detail} Open instead: ${offers.map((o) => `${o.instrument} (${o.article})`).join(', ')}.` : detail })));
  }

  /** A supplementary request inherits what it does not say itself, and what binds the use of it. */
  private async inherited(tx: Tx, dto: CreateDraftDto): Promise<Inherited> {
    const [earlier, measures] = await Promise.all([readFile(tx, dto.supplements!), readMeasures(tx, dto.supplements!)]);
    if (!earlier || earlier.side !== 'requesting') throw badRequest('request.supplements-unknown', 'There is no such request of yours to supplement.', [{ pointer: '/supplements', code: 'request.unknown', detail: 'No such request.' }]);
    if (earlier.counterpart !== dto.requestedState) throw unprocessable('request.supplements-other-state', 'A supplementary request goes to the State that has the first one.');
    if (!isSent(mainState(earlier.letter))) throw conflict('request.supplements-unsent', 'The request was never transmitted: go on with its draft, or open a new request.');
    const { offences, persons, ...said } = dto.letter;
    const { openedFrom } = earlier.particulars;
    return {
      letter: { ...earlier.content, ...Object.fromEntries(Object.entries(said).filter(([, v]) => v !== undefined)), offences: offences.length ? offences : earlier.content.offences, persons: persons.length ? persons : earlier.content.persons },
      measures: dto.measures.length > 0 ? dto.measures : measures.map((m) => m.content),
      ...(openedFrom !== undefined && { openedFrom }),
    };
  }
}

interface Inherited {
  letter: LetterContent;
  measures: MeasureContent[];
  /** The path that the earlier request was opened from: what was disclosed with it binds here, too. */
  openedFrom?: Json;
}

/** What the drafter learns of a draft that was made or saved. */
export type SavedDraft = Pick<RequestFile, 'id' | 'version' | 'ownReference' | 'overall'>;
export const savedDraft = ({ id, version, ownReference, overall }: RequestFile): SavedDraft => ({ id, version, ownReference, overall });

/** @throws Problem 403 `draft.not-yours` */
export function assertWriter({ side }: RequestFile): void {
  if (side !== 'requesting') throw forbidden('draft.not-yours', 'Only the requesting State writes the letter.');
}

/** @throws Problem 409 `draft.not-open` */
export function assertDraft({ letter }: RequestFile): void {
  if (mainState(letter) !== 'draft') throw conflict('draft.not-open', 'The letter is no longer a draft. Have it returned for changes, or open a supplementary request.');
}

/** A draft of one's own, not stored yet. */
export function newFile(actor: Official, dto: CreateDraftDto, letter: LetterContent, measures: MeasureContent[], at: Date): RequestFile {
  const chart = initialState('letter', 'requesting');
  const id = newId();
  return {
    state: actor.state, id, side: 'requesting', counterpart: dto.requestedState,
    ownReference: dto.ownReference ?? `${actor.state}-${at.getUTCFullYear()}-${id.slice(-8)}`, counterpartReference: null,
    ...contentColumns(letter, measures), overall: overallOf(chart, []), letter: chart, particulars: {}, profiles: {}, training: false,
    supplements: dto.supplements ?? null, draftedBy: [actor.accountId], possibleDuplicateOf: null,
    version: 1, eventSeq: 0, createdAt: at, changedAt: at, transmittedAt: null,
  };
}

/** The columns that follow from the content. */
export function contentColumns(letter: LetterContent, measures: MeasureContent[]): Pick<RequestFile, 'content' | 'subject' | 'confidential' | 'urgent' | 'expedited' | 'likeness'> {
  return {
    content: letter, subject: letter.subject ?? '', confidential: letter.confidential?.requested ?? false, urgent: letter.urgent !== undefined || measures.some(({ form }) => form === 'emergency-disclosure'), expedited: measures.some((m) => m.expedited !== undefined),
    likeness: likenessOf(measures),
  };
}

/** A letter's measures before anything happened: numbered from 1 in their order. */
const measuresOf = (file: RequestFile, measures: MeasureContent[]): Measure[] =>
  measures.map((content, i) => ({
    state: file.state, fileId: file.id, no: i + 1, form: content.form, content, chart: initialState(content.form as ChartName, file.side), outcome: null, particulars: {},
  }));

/** What every change of a draft changes: whoever made it may not review it (four eyes), and who read it before does not submit it unseen. */
export function revised({ draftedBy, version }: RequestFile, { accountId }: Official, at: Date): Pick<RequestFile, 'draftedBy' | 'version' | 'changedAt'> {
  return { draftedBy: draftedBy.includes(accountId) ? draftedBy : [...draftedBy, accountId], version: version + 1, changedAt: at };
}

/** Stores them; left under way. */
export function addMeasures(tx: Tx, file: RequestFile, contents: MeasureContent[]): Measure[] {
  const measures = measuresOf(file, contents);
  for (const measure of measures) insertMeasure(tx, measure);
  return measures;
}

/** The 24/7 desk drafts what one duty officer may send alone. @throws Problem 403 `duty.not-this-form` */
export function assertMayDraft({ roles }: Official, measures: readonly Pick<MeasureContent, 'form'>[]): void {
  if (roles.includes('case-officer') || roles.includes('central-authority')) return;
  const other = measures.find(({ form }) => !DUTY_FORMS.includes(form));
  if (other) throw forbidden('duty.not-this-form', `The 24/7 desk drafts ${DUTY_FORMS.join(', ')}; a measure of the form ${other.form} is for a case officer or the central authority.`);
}

/** It crosses with the letter and is printed, so it is held to what messages hold references to, in their count of characters. */
function assertReference(reference: string | undefined): void {
  if (reference === undefined) return;
  const wrong = checkBody('ACKNOWLEDGED', { reference });
  if (wrong.length === 0) return;
  throw unprocessable(wrong[0]!.code, wrong[0]!.detail, undefined, wrong.map(({ code, detail }) => ({ pointer: '/ownReference', code, detail })));
}
