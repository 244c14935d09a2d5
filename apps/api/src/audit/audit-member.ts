import { ValidateBy } from 'class-validator';
import { checkFilter, type EntryFilter } from '@comity/audit';

/** The query member must be what `libs/audit` takes for that member of a filter. */
export function FilterMember(member: keyof EntryFilter, wanted: string): PropertyDecorator {
  const validate = (value: unknown): boolean => {
    if (typeof value !== 'string') return false;
    try {
      return Boolean(checkFilter({ [member]: value }));
    } catch {
      return false;
    }
  };
  return ValidateBy({ name: 'isFilterMember', validator: { validate, defaultMessage: () => `must be ${wanted}` } });
}
