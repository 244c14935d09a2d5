import type { MeasureContent } from '@comity/treaty';

/** A complete measure of expedited preservation, as the Convention's 42(3) asks for it. */
export const preservationMeasure = (patch: Partial<MeasureContent> = {}): MeasureContent => ({
  form: 'preservation',
  what: 'Disk contents, connection logs and subscriber information of two virtual servers',
  items: [{ type: 'ipv4', value: '203.0.113.24', port: 443, from: '2026-10-30T18:04:11Z', to: '2026-11-02T02:40:00Z' }],
  custodian: 'A hosting provider in Ho Chi Minh City',
  relation: 'Source of the intrusion and store of the copied data',
  necessity: 'The provider deletes unpaid servers after 14 days',
  requestToFollow: true,
  doNotNotifyUser: true,
  legalBases: [{ instrument: 'uncc-2024', article: '42', date: '2026-11-03', role: 'primary' }],
  ...patch,
});

/** A leg of the connection that lies with a provider in Singapore. */
export const leg = (patch: Record<string, unknown> = {}): Record<string, unknown> => ({
  ip: '198.51.100.7', port: 51_422, protocol: 'tcp', time: '2026-10-30T18:04:11.250Z', precision: 'millisecond', role: 'origin', provider: 'A provider of relays', state: 'SG', ...patch,
});
