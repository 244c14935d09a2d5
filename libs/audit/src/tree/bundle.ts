/** Largest entry that a bundle can carry: its length stands in two bytes. */
export const MAX_ENTRY_BYTES = 0xffff;

/** C2SP tlog-tiles, log entries: each with its length before it, as a big-endian uint16. */
export function entryBundle(entries: readonly Buffer[]): Buffer {
  return Buffer.concat(
    entries.flatMap((bytes) => {
      if (bytes.length > MAX_ENTRY_BYTES) throw new RangeError(`an entry of ${bytes.length} bytes fits no bundle`);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(bytes.length);
      return [length, bytes];
    }),
  );
}
