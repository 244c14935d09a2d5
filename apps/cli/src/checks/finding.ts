/** One line of `comity check`. */
export interface Finding {
  name: string;
  ok: boolean;
  /** What was found; of a fault, also what to do. */
  detail: string;
}

export const sound = (name: string, detail: string): Finding => ({ name, ok: true, detail });
export const fault = (name: string, detail: string): Finding => ({ name, ok: false, detail });

/** One line per fault, or one that says it is sound. */
export function findings(name: string, faults: readonly string[], detail: string): Finding[] {
  return faults.length > 0 ? faults.map((text) => fault(name, text)) : [sound(name, detail)];
}
