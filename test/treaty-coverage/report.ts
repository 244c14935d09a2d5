import type { Coverage } from './coverage.js';

const line = (name: string, { carried, later, none }: Coverage['all']): string =>
  `${name.padEnd(7)} carried ${String(carried).padStart(3)}  later ${String(later).padStart(3)}  no executable meaning ${String(none).padStart(2)}`;

export const report = ({ byArticle, all, faults }: Coverage): string[] => [
  ...[...byArticle].map(([article, counts]) => line(`Art ${article}`, counts)),
  line('in all', all),
  ...faults.map((fault) => `fault: ${fault}`),
  faults.length === 0 ? 'ok' : `${faults.length} faults`,
];
