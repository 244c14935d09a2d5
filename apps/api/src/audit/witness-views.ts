import { CONTRADICTIONS, readCheckpoint, type SeenCheckpoint, type WitnessAlarm } from '@comity/audit';
import type { SeenByDto, WitnessAlarmDto } from './witness.dto.js';

export const seenView = ({ at, ...rest }: SeenCheckpoint): SeenByDto => ({ ...rest, at: at.toISOString() });

export function alarmView({ knownSeq, knownNote, shownSeq, shownNote, raisedAt, settledAt, ...rest }: WitnessAlarm): WitnessAlarmDto {
  const told = (seq: number, checkpoint: string) => ({ seq, size: readCheckpoint(checkpoint).size, checkpoint });
  return {
    ...rest, detail: CONTRADICTIONS[rest.kind], known: told(knownSeq, knownNote), shown: told(shownSeq, shownNote),
    raisedAt: raisedAt.toISOString(), settledAt: settledAt?.toISOString() ?? null,
  };
}
