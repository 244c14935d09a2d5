import { canonicalBytes, sha256Hex } from '@comity/kernel';
import type { MeasureContent } from '@comity/treaty';

/** Hash of the items asked about; a request about the same items of the same State is flagged as a possible duplicate. */
export function likenessOf(measures: readonly MeasureContent[]): string {
  const items = measures.flatMap((m) => m.items.map((i) => `${m.form}|${i.type}|${i.value.trim().toLowerCase()}`));
  return sha256Hex(canonicalBytes([...new Set(items)].sort()));
}
