import { conflict, Problem, unprocessable, type ProblemPart } from '@comity/kernel';
import type { Refusal } from './domain/index.js';

/** Refusals of a decision as one problem document: 422 where the payload is at fault, 409 where the state or the law is. */
export function refusalProblem(refusals: readonly Refusal[]): Problem {
  const [first] = refusals;
  if (!first) return conflict('event.refused', 'The act does not fit its payload. See its schema in availableEvents.');
  const errors = refusals.map(({ code, detail, rule, force, pointer }): ProblemPart => ({
    pointer: pointer === undefined ? '' : pointer.startsWith('/letter') || pointer.startsWith('/measures') ? pointer : `/payload${pointer}`,
    code,
    detail,
    ...(rule !== undefined && { rule }),
    ...(force !== undefined && { force }),
  }));
  const make = first.pointer === undefined || refusals.every((r) => r.pointer?.startsWith('/letter') || r.pointer?.startsWith('/measures')) ? conflict : unprocessable;
  return make(first.code, refusals.length === 1 ? first.detail : `${refusals.length} reasons; see errors.`, first.rule, errors);
}
