import type { Tx } from '@comity/database';
import { ALARM_NAMES, proposed, type AlarmName, type AlarmSetting } from '../domain/index.js';

export interface SettingInForce extends AlarmSetting {
  kind: AlarmName;
  /** 0: as the register proposes. */
  version: number;
}

/** What holds in the transaction's State, for every kind of the register. */
export async function settingsInForce(tx: Tx): Promise<SettingInForce[]> {
  const rows = await tx.prepared<SettingInForce>(
    'requests_alarm_settings',
    'SELECT kind, enabled, lead, step_minutes AS "stepMinutes", version FROM alarm_setting WHERE state = $1',
    [tx.state],
  );
  return ALARM_NAMES.map((kind) => rows.find((row) => row.kind === kind) ?? { kind, ...proposed(kind), version: 0 });
}
