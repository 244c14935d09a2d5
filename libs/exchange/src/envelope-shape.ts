import { isId, NODE_STATE, unprocessable, type Json, type ProblemPart, type StateCode } from '@comity/kernel';

/** What crosses between two States. Its canonical bytes are signed once, stored, and sent as stored. */
export interface Envelope {
  v: 1;
  /** UUID of the message. */
  id: string;
  from: StateCode;
  to: StateCode;
  /** UUID of the thread, made by the requesting State. */
  thread: string;
  /** From 1, per thread and direction, without gaps. */
  seq: number;
  /** The highest `seq` of the counterpart processed when this message was decided; 0 for none. */
  ack: number;
  /** An act in the past tense, for example `GRANTED`. */
  type: string;
  /** Number of the measure, or null for the letter. */
  measure: number | null;
  /** RFC 3339, UTC, milliseconds. */
  sentAt: string;
  body: Record<string, Json>;
}

/** Largest `seq`, `ack` and measure number: what a PostgreSQL integer holds. */
const MAX_INTEGER = 2_147_483_647;
const STATE = /^[A-Z]{2}$/;
const TYPE = /^[A-Z][A-Z_]{1,63}$/;
const SENT_AT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

const isInteger = (value: unknown, least: number): boolean =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= MAX_INTEGER;

const isState = (value: unknown): boolean => typeof value === 'string' && STATE.test(value) && value !== NODE_STATE;

function isWireTime(value: unknown): boolean {
  if (typeof value !== 'string' || !SENT_AT.test(value)) return false;
  const ms = Date.parse(value);
  return Number.isFinite(ms) && new Date(ms).toISOString() === value;
}

/** Each member with what it must be; members not listed are refused. */
const MEMBERS: Record<keyof Envelope, { holds: (value: unknown) => boolean; detail: string }> = {
  v: { holds: (value) => value === 1, detail: 'must be 1, the only version this node reads' },
  id: { holds: isId, detail: 'must be a UUID in lower case' },
  from: { holds: isState, detail: 'must be the code of a State (ISO 3166-1 alpha-2)' },
  to: { holds: isState, detail: 'must be the code of a State (ISO 3166-1 alpha-2)' },
  thread: { holds: isId, detail: 'must be a UUID in lower case' },
  seq: { holds: (value) => isInteger(value, 1), detail: 'must be an integer from 1' },
  ack: { holds: (value) => isInteger(value, 0), detail: 'must be an integer from 0' },
  type: {
    holds: (value) => typeof value === 'string' && TYPE.test(value),
    detail: 'must be a name in capitals and underscores',
  },
  measure: {
    holds: (value) => value === null || isInteger(value, 1),
    detail: 'must be null or the number of a measure, from 1',
  },
  sentAt: { holds: isWireTime, detail: 'must be a time in UTC with milliseconds (RFC 3339)' },
  body: {
    holds: (value) => value !== null && typeof value === 'object' && !Array.isArray(value),
    detail: 'must be an object',
  },
};

/** Refuses anything but an envelope, naming every fault at once. @throws Problem `message.shape` */
export function checkEnvelope(value: object): asserts value is Envelope {
  const given = value as Record<string, unknown>;
  const errors: ProblemPart[] = [];
  for (const [name, { holds, detail }] of Object.entries(MEMBERS)) {
    if (!Object.hasOwn(given, name))
      errors.push({ pointer: `/${name}`, code: 'member.missing', detail: `${name} ${detail}` });
    else if (!holds(given[name]))
      errors.push({ pointer: `/${name}`, code: 'member.wrong', detail: `${name} ${detail}` });
  }
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(MEMBERS, name))
      errors.push({ pointer: `/${escapePointer(name)}`, code: 'member.unknown', detail: 'not a member of a message' });
  }
  if (errors.length === 0 && given.from === given.to)
    errors.push({ pointer: '/to', code: 'member.wrong', detail: 'must be another State than the sender' });
  if (errors.length > 0)
    throw unprocessable(
      'message.shape',
      'The message does not have the shape of an envelope. The sender must correct and seal it again.',
      undefined,
      errors,
    );
}

const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
