export interface ProblemPart {
  /** JSON pointer (RFC 6901) into the request body, '' for the whole. */
  pointer: string;
  code: string;
  detail: string;
  rule?: string;
  /** Of the rule, as it is applied here; told with every rule. Left out: by the rule's id. */
  force?: Force;
}

/** Whether the law obliges, or the house steers by good practice. */
export type Force = 'binding' | 'practice';

/** A practice must never read as law: its id says what it is (`practice:costs`). A binding rule applied by practice says so by itself. */
export const forceOf = (rule: string): Force => (rule.startsWith('practice:') ? 'practice' : 'binding');

export interface ProblemInit {
  status: number;
  /** Stable, `noun.reason`. */
  code: string;
  title: string;
  /** What happened and what to do next. */
  detail: string;
  /** Rule id where law is the reason, for example `UNCC 40(24)`. */
  rule?: string;
  errors?: ProblemPart[];
  /** Response headers the answer needs, for example Retry-After. */
  headers?: Record<string, string>;
}

/** Every refusal a caller may see, as an RFC 9457 problem document. `status` is the HTTP status. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly rule?: string;
  readonly force?: Force;
  readonly errors?: ProblemPart[];
  readonly headers?: Record<string, string>;

  constructor(init: ProblemInit) {
    super(`${init.code}: ${init.detail}`);
    this.name = 'Problem';
    this.status = init.status;
    this.code = init.code;
    this.title = init.title;
    this.detail = init.detail;
    if (init.errors !== undefined) this.errors = init.errors.map((part) => (part.rule === undefined ? part : { ...part, force: part.force ?? forceOf(part.rule) }));
    if (init.rule !== undefined) {
      this.rule = init.rule;
      this.force = this.errors?.find(({ rule }) => rule === init.rule)?.force ?? forceOf(init.rule);
    }
    if (init.headers !== undefined) this.headers = init.headers;
  }

  /** The body of the answer; `instance` is the request's id. */
  toDocument(instance?: string): Record<string, unknown> {
    return {
      type: `urn:comity:problem:${this.code}`,
      title: this.title,
      status: this.status,
      code: this.code,
      detail: this.detail,
      ...(this.rule !== undefined && { rule: this.rule, force: this.force }),
      ...(this.errors !== undefined && { errors: this.errors }),
      ...(instance !== undefined && { instance }),
    };
  }
}

export const badRequest = (code: string, detail: string, errors?: ProblemPart[]): Problem =>
  new Problem({ status: 400, code, title: 'The request is not well formed', detail, ...(errors && { errors }) });

/** What a caller may not see is answered exactly as what does not exist. */
export const notFound = (code: string, detail: string): Problem =>
  new Problem({ status: 404, code, title: 'Not found', detail });

export const forbidden = (code: string, detail: string, rule?: string): Problem =>
  new Problem({ status: 403, code, title: 'Not permitted', detail, ...(rule && { rule }) });

/** What was erased when its period was over; that it was there stays on record. */
export const contentErased = (detail: string): Problem =>
  new Problem({ status: 410, code: 'content.erased', title: 'The content was erased', detail });

export const conflict = (code: string, detail: string, rule?: string, errors?: ProblemPart[]): Problem =>
  new Problem({ status: 409, code, title: 'In conflict with the present state', detail, ...(rule && { rule }), ...(errors && { errors }) });

export const unprocessable = (code: string, detail: string, rule?: string, errors?: ProblemPart[]): Problem =>
  new Problem({ status: 422, code, title: 'The content cannot be accepted', detail, ...(rule && { rule }), ...(errors && { errors }) });
