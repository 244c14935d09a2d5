type Cleanup = () => Promise<void>;

const open = new Set<Cleanup>();

/** What is started here outlives this process unless it is ended, also when a signal ends the bench half-way. @returns ends it, once */
export function closing(cleanup: Cleanup): Cleanup {
  if (open.size === 0) for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  const once: Cleanup = async () => {
    if (!open.delete(once)) return;
    if (open.size === 0) for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal);
    await cleanup();
  };
  open.add(once);
  return once;
}

/** Servers were started after their databases, and end before them. */
async function onSignal(): Promise<void> {
  for (const cleanup of [...open].reverse()) await cleanup().catch(() => undefined);
  process.exit(130);
}
