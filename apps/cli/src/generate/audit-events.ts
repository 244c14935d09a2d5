/** The list of audit events, and which of them an event of the statecharts leaves. */
export function renderAuditEvents(events: Readonly<Record<string, string>>, typeOfEvent: Readonly<Record<string, string>>): string {
  const eventsOf = (type: string): string =>
    Object.entries(typeOfEvent)
      .filter(([, of]) => of === type)
      .map(([event]) => `\`${event}\``)
      .join(', ');
  const rows = Object.entries(events).map(([type, about]) => `| \`${type}\` | ${about} | ${eventsOf(type)} |`);
  return [
    '# Audit events',
    '',
    'Generated from `libs/audit/src/events.ts` by `npm run generate`; CI compares it. No entry of another type can be written,',
    'so the list is complete. Types are append-only: entries of a retired type stay in the logs.',
    '',
    '| type | what it records | event of the statecharts |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
