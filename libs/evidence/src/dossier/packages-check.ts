import type { Entry } from '@comity/audit';
import { canonicalJson, sha256Hex, type Json, type StateCode } from '@comity/kernel';
import type { DossierPackage } from './format.js';
import type { Manifest } from '../manifest.js';
import { DossierStop } from './report.js';

/** What the log tells of a package. */
interface Logged {
  measure: number;
  /** Null until it is sealed. */
  manifestSha256: string | null;
  /** Number in the chain of the entry that first told of its manifest. */
  seq: number;
}

const TELL_OF_PACKAGES = ['evidence.stored', 'evidence.sealed', 'evidence.verified'];

/** Holds the packages of evidence to the entries of what was stored, sealed and verified, and to the manifests that messages carried. */
export class PackagesRecord {
  private readonly logged = new Map<string, Logged>();
  /** Package to the measure and to the hashes of its manifest in messages. */
  private readonly carried = new Map<string, { measure: number | null; sha256: Set<string> }>();
  private readonly seen = new Set<string>();
  /** Package to the numbers of files that were not found as its manifest says; none has that is not on record here. */
  private readonly faulty = new Map<string, number[]>();
  private unknown = false;
  private unheld = 0;

  constructor(
    private readonly state: StateCode,
    private readonly requestId: string,
  ) {}

  entry({ type, body, seq }: Entry): void {
    if (!TELL_OF_PACKAGES.includes(type)) return;
    const { packageId, measure, manifestSha256 } = body;
    const known = this.logged.get(String(packageId));
    const found = typeof manifestSha256 === 'string' ? manifestSha256 : null;
    if (type === 'evidence.sealed') this.faulty.set(String(packageId), []);
    if (type === 'evidence.verified') this.faulty.set(String(packageId), ((body['faulty'] ?? []) as unknown as { number: number }[]).map(({ number }) => number));
    if (!known) this.logged.set(String(packageId), { measure: Number(measure), manifestSha256: found, seq });
    else if (known.manifestSha256 === null && found !== null) Object.assign(known, { manifestSha256: found, seq });
  }

  /** A message that transmits evidence and was sent or taken in. @param body null where it is not shown */
  transmitted(measure: number | null, body: string | null): void {
    if (body === null) {
      this.unknown = true;
      return;
    }
    const { manifest, packageId } = JSON.parse(body) as { manifest?: Json & { packageId?: string }; packageId?: string };
    const id = String(manifest?.packageId ?? packageId);
    const known = this.carried.get(id) ?? { measure, sha256: new Set<string>() };
    if (manifest !== undefined) known.sha256.add(sha256Hex(canonicalJson(manifest)));
    this.carried.set(id, known);
  }

  /** Number in the chain of the entry that tells of its manifest, where one does. */
  seqOf(id: string): number | undefined {
    return this.logged.get(id)?.seq;
  }

  take(found: DossierPackage): void {
    const { id, measure, direction, manifest, manifestSha256 } = found;
    if (this.seen.has(id)) throw new DossierStop('package.repeated', `package ${id} comes twice`);
    this.seen.add(id);
    if (manifest !== null && sha256Hex(manifest) !== manifestSha256) throw new DossierStop('manifest.differs', `the manifest of package ${id} does not have its hash`);
    const [logged, carried] = [this.logged.get(id), this.carried.get(id)];
    if (!logged && !carried) this.unheld += 1;
    // What one's own State sealed, its own log tells of: only of the other's can a message that is not shown be the reason.
    const due = direction === 'sent' ? !logged : !logged && !carried && !this.unknown;
    if (due && manifestSha256 !== null) throw new DossierStop('manifest.not-in-log', `neither the log nor a message knows the manifest of package ${id}`);
    if (logged && (logged.manifestSha256 !== manifestSha256 || logged.measure !== measure)) throw new DossierStop('package.differs', `package ${id} is not the one that the log tells of`);
    const other = carried && ((carried.sha256.size > 0 && !carried.sha256.has(manifestSha256 ?? '')) || carried.measure !== measure);
    if (other) throw new DossierStop('package.differs', `package ${id} is not the one that a message carried`);
    if (manifest !== null) this.assertOf(found, JSON.parse(manifest) as Manifest);
  }

  /**
   * Of a package exported with its bytes: what the log says was on record is there.
   * @returns how many files are not shown of which nothing tells that they were ever on record
   */
  notShown({ id, manifest, shown }: DossierPackage): number {
    const missing = (JSON.parse(manifest!) as Manifest).files.map(({ number }) => number).filter((number) => !shown.includes(number));
    const faulty = this.faulty.get(id);
    const left = faulty && missing.find((number) => !faulty.includes(number));
    if (left !== undefined) throw new DossierStop('file.bytes-missing', `the log says that this was exported with evidence, and the bytes of file ${left} of package ${id} are left out`);
    return missing.length;
  }

  /** To be called after the last package. @returns how many neither the log nor a message that is shown tells of */
  done(): number {
    for (const id of [...this.logged.keys(), ...this.carried.keys()]) {
      if (!this.seen.has(id)) throw new DossierStop('package.missing', `package ${id} of the evidence is not here, though the log or a message tells of it`);
    }
    return this.unheld;
  }

  private assertOf({ id, measure, direction }: DossierPackage, manifest: Manifest): void {
    const due = { packageId: id, measure, thread: this.requestId, [direction === 'sent' ? 'from' : 'to']: this.state };
    for (const [name, value] of Object.entries(due)) {
      if (manifest[name as keyof Manifest] !== value) throw new DossierStop('package.differs', `${name} of package ${id} is not what its manifest says`);
    }
  }
}
