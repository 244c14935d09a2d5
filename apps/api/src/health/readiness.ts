/** Something that must work before this process may take traffic. */
export interface ReadinessCheck {
  name: string;
  /** Resolves to what is wrong, or to null when all is well. Texts are public: no addresses, names or values. */
  fault(): Promise<string | null>;
}

export const READINESS_CHECKS = Symbol('ReadinessChecks');

const PATIENCE_MS = 2_000;

/** Runs all checks side by side; one that throws or takes longer than two seconds counts as a fault. */
export async function readiness(checks: readonly ReadinessCheck[]): Promise<{ name: string; ok: boolean; fault?: string }[]> {
  return Promise.all(
    checks.map(async ({ name, fault }) => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<string>((resolve) => {
        timer = setTimeout(() => resolve('no answer in time'), PATIENCE_MS);
      });
      try {
        const found = await Promise.race([fault(), late]);
        return found === null ? { name, ok: true } : { name, ok: false, fault: found };
      } catch {
        // The message may name hosts and users of the database; the log has it, the public does not.
        return { name, ok: false, fault: 'failed' };
      } finally {
        clearTimeout(timer);
      }
    }),
  );
}
