export interface Round {
  perSecond: number;
  /** Of each piece, in ms. */
  latencies: number[];
}

/** Every client takes the next piece as soon as it has done its last: a closed loop of as many as there are clients. */
export async function drive<C, P>(clients: readonly C[], pieces: readonly P[], act: (client: C, piece: P) => Promise<void>): Promise<Round> {
  const latencies: number[] = [];
  let next = 0;
  const began = performance.now();
  await Promise.all(
    clients.map(async (client) => {
      while (next < pieces.length) {
        const piece = pieces[next++]!;
        const sent = performance.now();
        await act(client, piece);
        latencies.push(performance.now() - sent);
      }
    }),
  );
  return { perSecond: pieces.length / ((performance.now() - began) / 1000), latencies };
}
