import { badRequest, isId } from '@comity/kernel';
import { PARTS } from './format.js';

/** What is left out of a dossier. */
export class Withheld {
  private constructor(readonly named: readonly string[]) {}

  /**
   * @param given parts, and single messages and entries as `message:<id>`, `entry:<id>`; repeated ones count once
   * @throws Problem 400 `withhold.malformed`
   */
  static of(given: readonly string[]): Withheld {
    const wrong = given.filter((one) => !(PARTS as readonly string[]).includes(one) && !/^(message|entry):/.test(one) || (one.includes(':') && !isId(one.split(':')[1])));
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

  message(id: string): boolean {
    return this.part('messages') || this.named.includes(`message:${id}`);
  }

  entry(id: string): boolean {
    return this.part('contents') || this.named.includes(`entry:${id}`);
  }
}
