import type { StoredMessage } from '@comity/exchange';

/** Of a reading's entry: ids of the packages whose manifest stood in what was answered. Names of files may name persons, so who read them is asked. */
export interface ManifestsShown {
  manifests?: string[];
}

/** @param said what was said in acts, as files keep it; the requesting State's has the manifest that came with the message */
export function manifestsIn(said: readonly unknown[]): ManifestsShown {
  return shown(said.map((one) => (one as { manifest?: { packageId?: unknown } } | null | undefined)?.manifest?.packageId).filter((id) => typeof id === 'string'));
}

const PACKAGE = /"packageId":"([0-9a-f-]{36})"/g;

/** Of a sealed message. It is not parsed: what is stored is given out even if it can be read no more, and a text in it cannot hold a bare quote. */
export function manifestsOf({ type, bytes }: Pick<StoredMessage, 'type'> & { bytes: Buffer }): ManifestsShown {
  if (type !== 'EVIDENCE_TRANSMITTED') return {};
  const sealed = bytes.toString('utf8');
  return sealed.includes('"manifest":{') ? shown([...sealed.matchAll(PACKAGE)].map(([, id]) => id!)) : {};
}

const shown = (ids: readonly string[]): ManifestsShown => (ids.length > 0 ? { manifests: [...new Set(ids)] } : {});
