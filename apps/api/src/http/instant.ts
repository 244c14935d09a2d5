import { ValidateBy } from 'class-validator';
import { instantOf } from '@comity/kernel';

/** A date and time with its offset. ISO 8601 at large would let through weeks, days of the year and times without offset. */
export const IsInstant = (): PropertyDecorator =>
  ValidateBy({
    name: 'isInstant',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && instantOf(value) !== undefined,
      defaultMessage: () => 'must be a date and time with its offset (RFC 3339), for example 2026-11-03T09:12:40Z',
    },
  });
