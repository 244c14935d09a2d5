import { Transform } from 'class-transformer';

/** A number in a query, written in digits and nothing else: neither `0x10` nor `1e1` nor an empty text is one. */
export const WholeNumber = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value));
