export class LiveDto {
  /** Always `live`: the process answers. */
  status: 'live';
}

export class CheckDto {
  /** What was checked, for example `database`. */
  name: string;
  ok: boolean;
  /** What is wrong, when something is. */
  fault?: string;
}

export class ReadyDto {
  /** `ready` when every check is well; otherwise the answer is 503 and `status` is `not-ready`. */
  status: 'ready' | 'not-ready';
  checks: CheckDto[];
}
