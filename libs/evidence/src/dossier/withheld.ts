import type { Entry, Openable } from '@comity/audit';
import { badRequest, isId, unprocessable } from '@comity/kernel';
import { PARTS, type DossierMessage } from './format.js';

/** The message that carries the manifest of a package. */
export const TRANSMITS = 'EVIDENCE_TRANSMITTED';
/** Whether a message may be left out of a dossier that withholds these: a message is signed as a whole, so that it goes out as a whole or not at all. */
export function messageMayBeOut({ id, type }: Pick<DossierMessage, 'id' | 'type'>, withheld: readonly string[]): boolean {
  return withheld.includes('messages') || withheld.includes(`message:${id}`) || (withheld.includes('evidence') && type === TRANSMITS);
}

/** Whether what an entry commits to may be left closed. */
export function entryMayBeClosed({ id, type, body }: Pick<Entry, 'id' | 'type' | 'body'>, withheld: readonly string[]): boolean {
  return withheld.includes('contents') || withheld.includes(`entry:${id}`) || (withheld.includes('evidence') && (type === 'evidence.stored' || body['event'] === TRANSMITS));
}

/** What is left out of a dossier. */
export class Withheld {
  private constructor(readonly named: readonly string[]) {}

  /**
   * @param given parts, and single messages and entries as `message:<id>`, `entry:<id>`; repeated ones count once
   * @throws Problem 400 `withhold.malformed`
   */
  static of(given: readonly string[]): Withheld {
    const wrong = given.filter((one) => !(PARTS as readonly string[]).includes(one) && !/^(message|entry):/.test(one) || (one.includes(':') && !isId(one.slice(one.indexOf(':') + 1))));
    if (wrong.length > 0) {
      throw badRequest('withhold.malformed', `Withhold ${PARTS.join(', ')}, message:<id> or entry:<id>.`, wrong.map((one) => ({
        pointer: '/withhold', code: 'withhold.malformed', detail: `${one.slice(0, 100)} is none of them.`,
      })));
    }
    return new Withheld([...new Set(given)].sort());
  }

  part(part: (typeof PARTS)[number]): boolean {
    return this.named.includes(part);
  }

  /** Ids of the single ones. */
  ids(of: 'message' | 'entry'): string[] {
    return this.named.filter((one) => one.startsWith(`${of}:`)).map((one) => one.slice(of.length + 1));
  }

  /**
   * Holds what is named to what the dossier will have: a mistyped id would be listed as withheld while the thing itself goes out.
   * @throws Problem 422 `withhold.unknown`
   */
  assertKnown(messages: ReadonlySet<string>, entries: ReadonlySet<string>): void {
    const unknown = [
      ...this.ids('message').filter((id) => !messages.has(id)).map((id) => `message:${id}`),
      ...this.ids('entry').filter((id) => !entries.has(id)).map((id) => `entry:${id}`),
    ];
    if (unknown.length === 0) return;
    throw unprocessable('withhold.unknown', `The request has no ${unknown[0]}: nothing was exported. Take the ids from its messages and from the entries of its log.`, undefined, unknown.map((one) => ({
      pointer: '/withhold', code: 'withhold.unknown', detail: `${one} is not of this request.`,
    })));
  }

  /** The same, with what is out for what it names as well. */
  and(named: readonly string[]): Withheld {
    return new Withheld([...new Set([...this.named, ...named])].sort());
  }

  message(message: Pick<DossierMessage, 'id' | 'type'>): boolean {
    return messageMayBeOut(message, this.named);
  }

  entry({ id, type, bytes }: Openable): boolean {
    return entryMayBeClosed({ id, type, body: (readJson(bytes)['body'] ?? {}) as Entry['body'] }, this.named);
  }
}

/** A message's body, or an act's payload, that encloses documents. */
export const namesDocuments = (said: unknown): boolean => {
  const files = (said as { files?: unknown } | null | undefined)?.files;
  return Array.isArray(files) && files.length > 0;
};

/** What is stored goes out as it is, and is for the verifier to find wrong: what cannot be read names nothing. */
export function readJson(bytes: Buffer): Record<string, unknown> {
  try {
    return (JSON.parse(bytes.toString('utf8')) as Record<string, unknown> | null) ?? {};
  } catch {
    return {};
  }
}
