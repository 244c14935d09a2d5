import { instruments, validateInstrument, type Instrument } from '@comity/treaty';
import { faultsInCharts, faultsInWiring } from '@comity/requests';
import { type Finding, findings } from './finding.js';

/** The statecharts and the profiles that came with this version: a fault means that its files were altered. */
export function checkLaw(
  profiles: readonly Instrument[] = instruments(),
  chartFaults: readonly string[] = [...faultsInCharts(), ...faultsInWiring()],
): Finding[] {
  const faults = profiles.flatMap((instrument) => validateInstrument(instrument).map((text) => `${instrument.id}: ${text}`));
  const restore = (text: string): string => `${text}; install this version again`;
  return [
    ...findings('statecharts', chartFaults.map(restore), 'every state reachable, every event known, permitted and logged'),
    ...findings('instruments', faults.map(restore), profiles.map(({ id, version }) => `${id} ${version}`).join(', ')),
  ];
}
