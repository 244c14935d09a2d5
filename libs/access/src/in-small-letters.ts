import { ValidateBy, type ValidationOptions } from 'class-validator';

/**
 * Of an id, beside `@IsUUID()`: as this project writes ids. They stand in the log as text; one in capitals is the same row
 * to the database, and no request at all to whoever searches the log for it.
 */
export const InSmallLetters = (options?: ValidationOptions): PropertyDecorator =>
  ValidateBy({ name: 'inSmallLetters', validator: { validate: (id) => typeof id === 'string' && id === id.toLowerCase(), defaultMessage: () => '$property must be written in small letters' } }, options);
