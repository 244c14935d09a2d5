import { logVerifierKey } from '@comity/audit';
import { thumbprint, type PublicKey } from '@comity/exchange';
import type { StateCode } from '@comity/kernel';
import type { DossierKey } from './format.js';
import { DossierStop } from './report.js';

/** Keys of both States: those of the dossier, unless the verifier knows some of a State from elsewhere. */
export class Keyring {
  private readonly keys: { state: StateCode; key: string; public: PublicKey; from: string; to: string | null }[] = [];

  /** @param given verifier keys; where any is of a State, only those are believed of it */
  constructor(private readonly given: readonly string[] = []) {}

  /** @throws DossierStop `key.malformed` */
  add({ state, kid, x, validFrom, validTo }: DossierKey): void {
    const bytes = Buffer.from(x, 'base64url');
    const jwk = { kty: 'OKP', crv: 'Ed25519', x };
    if (bytes.length !== 32 || bytes.toString('base64url') !== x || thumbprint(jwk) !== kid) throw new DossierStop('key.malformed', `not a key whose id is ${kid}`);
    const key = logVerifierKey(state, bytes);
    if (this.knows(state) && !this.given.includes(key)) return;
    this.keys.push({ state, key, public: { kid, jwk }, from: validFrom, to: validTo });
  }

  /** Whether the verifier gave keys of the State. */
  knows(state: StateCode): boolean {
    return this.given.some((key) => key.startsWith(`comity/log/${state}+`));
  }

  /** Whether the dossier says that a key was valid at a time. @param one the id of a key, or a verifier key */
  wasValid(one: string, at: string): boolean {
    const to = (time: string | null): number => (time === null ? Infinity : Date.parse(time));
    return this.keys.some(({ key, public: { kid }, ...valid }) => (one === kid || one === key) && Date.parse(valid.from) <= Date.parse(at) && Date.parse(at) <= to(valid.to));
  }

  /** Verifier keys of the State's log. */
  ofLog(state: StateCode): string[] {
    return this.keys.filter((one) => one.state === state).map(({ key }) => key);
  }

  ofMessages(state: StateCode): PublicKey[] {
    return this.keys.filter((one) => one.state === state).map((one) => one.public);
  }
}
