import { badRequest, isId, unprocessable } from '@comity/kernel';
import { PARTS } from './format.js';

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

  message(id: string): boolean {
    return this.part('messages') || this.named.includes(`message:${id}`);
  }

  entry(id: string): boolean {
    return this.part('contents') || this.named.includes(`entry:${id}`);
  }
}
