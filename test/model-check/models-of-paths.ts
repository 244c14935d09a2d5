import type { Model, ModelAct } from './model.js';

type Acts = Model['acts'];

const measure = (type: string, payload: Record<string, unknown> = {}, more: Partial<ModelAct> = {}): ModelAct => ({ type, on: 'measure', payload, ...more });
const entry = (more: object) => ({ path: [{ ip: '203.0.113.24', protocol: 'tcp', time: '2026-10-30T18:04:11Z', precision: 'second', ...more }] });
const on = { leads: 'on', state: 'SG', known: true } as const;

/** The disclosure of preserved traffic data; payloads and facts stand for their classes. */
export const disclosing = (ground: string, no = 1): Acts => ({
  requesting: [
    measure('WITHDRAW_MEASURE', {}, { no }),
    measure('CONFIRM_PATH', {}, { no }),
    measure('FOLLOW_PATH', {}, { no, facts: { path: { leads: 'home', state: 'KZ' } } }),
    measure('FOLLOW_PATH', {}, { no, facts: { path: on } }),
    measure('FOLLOW_PATH', {}, { no, facts: { path: { ...on, known: false } } }),
    measure('FOLLOW_PATH', {}, { no, facts: { path: { ...on, followedBy: 'an open draft' } } }),
    measure('FOLLOW_PATH', {}, { no, facts: { path: { leads: 'several' } } }),
    measure('FOLLOW_PATH', {}, { no, facts: { path: { leads: 'unknown' } } }),
    measure('FOLLOW_PATH', {}, { no, facts: { path: { leads: 'back', state: 'VN' } } }),
  ],
  requested: [
    measure('DISCLOSE_PATH', entry({ provider: 'A provider', state: 'SG' }), { no }),
    measure('DISCLOSE_PATH', entry({ state: 'SG' }), { no }),
    measure('DISCLOSE_PATH', entry({ provider: 'A provider', state: 'VN' }), { no }),
    ...[ground, 'essential-interests', 'dual-criminality-absent', 'not-in-conformity', 'contrary-to-legal-system', 'fiscal-matters-alone', 'bank-secrecy'].map((g) => measure('REFUSE', { ground: g, reasons: 'reasons' }, { no })),
    measure('REFUSE', { ground }, { no }),
    measure('REPORT_EXECUTION', { result: 'no-data-found' }, { no }),
    measure('REPORT_EXECUTION', { result: 'cannot-be-executed' }, { no }),
    measure('REFER', {}, { no }),
  ],
});

/** Opened from a preservation, once: the second measure of the letter, of which only the short way is explored beside it. */
const second = disclosing('persecution', 2);
export const opening: Acts = {
  requesting: second.requesting.filter(({ type, facts }) => ['WITHDRAW_MEASURE', 'CONFIRM_PATH'].includes(type) || (type === 'FOLLOW_PATH' && facts?.path?.leads === 'home')),
  requested: [
    measure('OPEN_DISCLOSURE', { finding: 'found' }, { only: (file) => file.measures.length === 1 }),
    ...second.requested.filter(({ type, payload }) => type === 'DISCLOSE_PATH' || (type === 'REFUSE' && payload?.['ground'] === 'persecution')),
  ],
};
