import { Injectable } from '@nestjs/common';
import { AuditLog, entryActor, newChain } from '@comity/audit';
import type { Tx } from '@comity/database';
import type { Json, Official } from '@comity/kernel';
import { profile, resolveLegalBases, ruleFor, type Form, type Item, type LegalBasis, type LegalBasisAnswer, type LetterContent, type MeasureContent } from '@comity/treaty';
import { chosenEntries, disclosureOf, earliest, entriesFor, latest, spanOf, type Facts, type PathEntry } from './domain/index.js';
import { addMeasures, assertMayDraft, newFile } from './drafts.service.js';
import { FactsLoader } from './facts.js';
import { insertFile, readFile, readMeasures, type OpenFile } from './files.js';
import type { Measure } from './measure.entity.js';
import { pathOf } from './path-facts.js';

/** A draft that was opened by following a path, as the act answers it. */
export interface OpenedRequest {
  requestId: string;
  ownReference: string;
  requestedState: string;
  /** What each measure may rest on between the two States today. */
  legalBases: { form: Form; via: string | null; instrument: string | null; article: string | null }[];
}

/** What binds the use of the data that the new request names. */
interface UseLimit {
  rule: string;
  text: string;
}

/** From a disclosed path (UNCC 43; Budapest 30) the requesting State opens its request to the third State in one act. */
@Injectable()
export class ThirdStateRequest {
  constructor(
    private readonly facts: FactsLoader,
    private readonly audit: AuditLog,
  ) {}

  /** @throws Problem 403 `duty.not-this-form` where the desk asks for more than a duty officer may send alone */
  async open(tx: Tx, file: OpenFile, no: number, payload: Record<string, unknown>, facts: Facts, actor: Official, at: Date): Promise<OpenedRequest> {
    const measure = file.measures.find((m) => m.no === no)!;
    const requestedState = facts.path!.state!;
    const entries = entriesFor(chosenEntries(pathOf(measure.particulars), payload['entries']), requestedState);
    const source = await this.source(tx, file, measure);
    const forms = (payload['forms'] as Form[] | undefined) ?? ['preservation'];
    assertMayDraft(actor, forms.map((form) => ({ form })));
    const on = at.toISOString().slice(0, 10);
    const arrangements = await this.facts.arrangements(tx, actor.state, requestedState, on);
    const answers = forms.map((form) => ({ form, answer: resolveLegalBases({ requesting: actor.state, requested: requestedState, form, on, arrangements }) }));
    const measures = answers.map(({ form, answer }) => measureFor(form, entries, source.preservation, basesOf(answer)));
    const letter = inheritedLetter(source.letter);
    const opened = newFile(actor, { requestedState, letter: letter as never, measures: measures as never }, letter, measures, at);
    linkStoredData(opened.id, measures);
    const { onwardTransfer } = disclosureOf(measure.particulars);
    opened.particulars = {
      openedFrom: { requestId: file.row.id, measure: no, disclosedBy: file.row.counterpart, ...(onwardTransfer && { onwardTransfer }), useLimits: useLimits(file, measure, facts) as unknown as Json },
    };
    insertFile(tx, opened);
    addMeasures(tx, opened, measures);
    await this.audit.append(tx, {
      subject: `file:${opened.id}`, type: 'request.created', at, actor: entryActor(actor),
      body: { requestedState, measures: measures.length, version: 1, openedFrom: { requestId: file.row.id, measure: no } },
    }, newChain(`file:${opened.id}`));
    return { requestId: opened.id, ownReference: opened.ownReference, requestedState, legalBases: answers.map(({ form, answer }) => told(form, answer)) };
  }

  /** The letter of the preservation, whose facts are inherited: this file's own, or the one the measure follows. */
  private async source(tx: Tx, file: OpenFile, { content }: Measure): Promise<{ letter: LetterContent; preservation: MeasureContent | undefined }> {
    const follows = content.followsPreservation;
    const own = follows === undefined || follows.requestId === file.row.id;
    const [row, measures] = own ? [file.row, file.measures] : await Promise.all([readFile(tx, follows.requestId), readMeasures(tx, follows.requestId)]);
    const preservation = measures.find((m) => (follows ? m.no === follows.measure : true) && m.form === 'preservation');
    return { letter: (row ?? file.row).content, preservation: preservation?.content };
  }
}

/** Who asks and what for stays; what was said to the other State alone does not: its deadline, its translation. */
function inheritedLetter({ suggestedDeadline: _deadline, translation: _translation, ...letter }: LetterContent): LetterContent {
  return letter;
}

function measureFor(form: Form, entries: readonly PathEntry[], source: MeasureContent | undefined, legalBases: LegalBasis[]): MeasureContent {
  const items = entries.map(itemOf);
  const custodian = cut([...new Set(entries.flatMap(({ provider }) => provider ?? []))].join('; '), 300);
  const spans = entries.map(spanOf);
  const common = {
    form, items, legalBases, dataClass: 'traffic' as const,
    ...(custodian && { custodian }),
    relation: 'The connections listed are part of the path of the communications under investigation, as preserved traffic data show.',
    ...(source?.doNotNotifyUser !== undefined && { doNotNotifyUser: source.doNotNotifyUser }),
  };
  if (form === 'preservation') {
    return {
      ...common,
      what: 'Connection logs, and subscriber information of the users, of the connections listed',
      necessity: 'Connection data are volatile, and how long this provider keeps them is not known to us.',
      requestToFollow: true,
    };
  }
  return {
    ...common,
    what: 'Connection logs, and subscriber information of the users, of the connections listed',
    ...(spans.length > 0 && { period: { from: earliest(spans.map((s) => s.from)), to: latest(spans.map((s) => s.to)) } }),
  };
}

/** Never in the middle of a character. */
function cut(text: string, length: number): string {
  const short = text.slice(0, length);
  return /\p{Cs}$/u.test(short) ? short.slice(0, -1) : short;
}

function itemOf(entry: PathEntry): Item {
  const { ip, port, protocol, precision, provider, role } = entry;
  return {
    type: ip.includes(':') ? 'ipv6' : 'ipv4', value: ip, protocol, ...(port !== undefined && { port }), ...spanOf(entry),
    description: [`precise to the ${precision}, UTC`, role, provider].filter((part) => part !== undefined).join('; '),
  };
}

/** The best instrument whose profile is complete goes first; the others stand beside it. */
function basesOf({ bases }: LegalBasisAnswer): LegalBasis[] {
  const first = bases.find((b) => profile(b.instrument).depth === 'full');
  if (!first) return [];
  const basis = ({ instrument, article, date }: LegalBasisAnswer['bases'][number], role: LegalBasis['role']): LegalBasis => ({ instrument, article: article.replace(/^\S+ /, ''), date, role });
  return [basis(first, 'primary'), ...bases.filter((b) => b !== first && b.via !== 'reciprocity').map((b) => basis(b, 'alternative'))];
}

function told(form: Form, answer: LegalBasisAnswer): OpenedRequest['legalBases'][number] {
  const [primary] = basesOf(answer);
  const via = answer.bases.find((b) => b.instrument === primary?.instrument)?.via ?? null;
  return { form, via, instrument: primary?.instrument ?? null, article: primary?.article ?? null };
}

/** A request for the data goes out in the same letter as their preservation: it continues it (UNCC 42(8)). */
function linkStoredData(requestId: string, measures: MeasureContent[]): void {
  const preservation = measures.findIndex((m) => m.form === 'preservation');
  if (preservation < 0) return;
  for (const m of measures) if (m.form === 'stored-data') m.followsPreservation = { requestId, measure: preservation + 1 };
}

/** UNCC 40(19), 36(3) or what answers to them in the profile, and what the disclosing State said besides. */
function useLimits({ row }: OpenFile, { particulars }: Measure, { instrument, form }: Facts): UseLimit[] {
  const pinned = profile(instrument.id, instrument.version);
  const { useLimits: limits, onwardTransfer = '' } = disclosureOf(particulars);
  const use = ruleFor(pinned, form, 'use-limitation');
  const byRule = use ? [{ rule: use.id, text: use.text }] : [];
  const said = limits ? [{ rule: 'said by the disclosing State', text: limits }] : [];
  const onward = ONWARD[onwardTransfer] ?? 'has not authorised an onward transfer: where the data are personal, have its authorization before this request is transmitted (REQUEST_USE_CONSENT).';
  return [...byRule, ...said, { rule: ruleFor(pinned, form, 'onward-transfer')?.id ?? 'practice:onward-transfer', text: `${row.counterpart} ${onward}` }];
}

/** What the disclosing State said of an onward transfer. */
const ONWARD: Record<string, string> = {
  authorised: 'authorised the transfer of these data to the State in which the provider is.',
  'ask-first': 'asked to be asked first: this request is transmitted only once it has granted the onward transfer (REQUEST_USE_CONSENT).',
};
