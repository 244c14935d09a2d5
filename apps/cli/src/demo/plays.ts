import { kazakhDraft, readScenario, silkRoadDraft } from './scenario.js';
import { Stage, type StageOptions } from './stage.js';

/** Bytes that stand for an image of a disk. */
const image = (size: number, seed: number): Uint8Array => Uint8Array.from({ length: size }, (_, i) => (i * 31 + seed) & 0xff);

/** Image of a marketplace server hosted near Reykjavik, 2013, under the Budapest Convention. */
export async function silkRoad(options: StageOptions): Promise<Stage> {
  const scenario = readScenario('silk-road-iceland');
  const stage = new Stage(options, scenario.requestingState, scenario.requestedState);
  options.out.say(`\n${scenario.title} (${scenario.requestingState} asks ${scenario.requestedState}; Budapest Convention)`);
  const [asks, answers] = ['requesting', 'requested'] as const;
  const [central, competent] = ['central-authority', 'competent-authority'];

  stage.at('2013-06-12T14:00:00.000Z');
  await stage.draft(silkRoadDraft(scenario));
  await stage.act(asks, 'case-officer', null, 'SUBMIT_FOR_REVIEW');
  await stage.act(asks, central, null, 'TRANSMIT');
  stage.at('2013-06-13T09:00:00.000Z');
  await stage.act(answers, central, null, 'ACKNOWLEDGE', { reference: `IS-MLA-2013-${stage.id.slice(-4)}` });
  await stage.refused(answers, central, 1, 'GRANT', {}, 'event.not-possible-now');
  for (const measure of [1, 2, 3]) await stage.act(answers, central, measure, 'EXAMINE');
  await stage.refused(answers, central, 1, 'REFUSE', { ground: 'bank-secrecy', reasons: 'Bank secrecy' }, 'ground.unknown');
  stage.at('2013-06-20T10:00:00.000Z');
  for (const measure of [1, 2, 3]) {
    await stage.act(answers, central, measure, 'GRANT');
    await stage.act(answers, central, measure, 'ASSIGN', { authority: 'Police authority competent to execute requests' });
    await stage.act(answers, competent, measure, 'AUTHORISE', { body: 'District court', remedyOpen: false });
    await stage.act(answers, competent, measure, 'BEGIN_EXECUTION');
  }
  stage.at('2013-07-23T11:00:00.000Z');
  await stage.act(answers, competent, 1, 'REPORT_EXECUTION', { result: 'data-obtained' });
  await stage.act(answers, central, 1, 'DECIDE_TRANSMISSION', { outcome: 'released' });
  await stage.evidence(1, { 'server-disk-1.img': image(262_144, 1), 'server-disk-2.img': image(131_072, 2) });
  await stage.act(answers, competent, 2, 'REPORT_EXECUTION', { result: 'data-obtained' });
  await stage.act(answers, central, 2, 'DECIDE_TRANSMISSION', { outcome: 'narrowed', narrowedTo: 'Subscriber and routing information of this server only' });
  await stage.evidence(2, { 'subscriber.json': new TextEncoder().encode('{"note":"modelled"}') });
  await stage.act(answers, competent, 3, 'REPORT_EXECUTION', { result: 'no-data-found', explanation: 'Modelled: the data centre kept no connection logs' });
  stage.at('2013-07-24T15:00:00.000Z');
  for (const measure of [1, 2]) await stage.act(asks, central, measure, 'CONFIRM_RECEIPT');
  stage.at('2013-10-01T20:00:00.000Z');
  await stage.act(asks, central, null, 'SEND_CORRESPONDENCE', { subject: 'Arrest', text: 'Arrest was made today; the request need no longer be kept confidential.' });
  await stage.act(asks, central, null, 'CLOSE');

  await stage.compare(['transmitted-in-full', 'transmitted-in-part', 'no-data-found']);
  const days = await stage.daysBetween('TRANSMIT', 'EVIDENCE_TRANSMITTED');
  options.out.say(`\n  ${days} days from transmission to evidence.`);
  if (days !== 41) stage.differences.push(`${days} days from transmission to evidence, expected 41`);
  return stage;
}

/** The request for stored data of a case of unlawful access, under the Convention in training mode. */
export async function kazakhstanVietNam(options: StageOptions): Promise<Stage> {
  const scenario = readScenario('kz-vn-preservation');
  const stage = new Stage(options, scenario.requestingState, scenario.requestedState);
  options.out.say(`\n${scenario.title} (${scenario.requestingState} asks ${scenario.requestedState}; UNCC in training mode)`);
  const [asks, answers] = ['requesting', 'requested'] as const;
  const [central, competent] = ['central-authority', 'competent-authority'];
  const day = (n: number, time = '09:12:40.000Z') => `${new Date(Date.UTC(2026, 10, 3 + n)).toISOString().slice(0, 10)}T${time}`;

  stage.at(day(41));
  await stage.draft(kazakhDraft(scenario, day(41).slice(0, 10)));
  await stage.act(asks, 'case-officer', null, 'SUBMIT_FOR_REVIEW');
  await stage.act(asks, central, null, 'TRANSMIT');
  stage.at(day(42));
  await stage.act(answers, central, null, 'ACKNOWLEDGE', { reference: `VN-2026-118-${stage.id.slice(-4)}` });
  for (const measure of [1, 2, 3]) await stage.act(answers, central, measure, 'EXAMINE');
  stage.at(day(47));
  await stage.act(answers, central, null, 'REQUEST_INFORMATION', { items: [{ measure: 3, question: 'In which time zone are the log lines of the customer account to be read?' }] });
  stage.at(day(49));
  await stage.act(asks, central, null, 'PROVIDE_INFORMATION', { answer: 'UTC+07:00' });
  stage.at(day(55));
  await stage.refused(answers, central, 1, 'REFUSE', { ground: 'fiscal-matters-alone', reasons: 'Fiscal matters' }, 'ground.forbidden');
  await stage.refused(answers, central, 1, 'REFUSE', { ground: 'essential-interests', reasons: 'Security' }, 'consultation.required');
  await stage.act(asks, central, null, 'QUERY_STATUS', { question: 'The custody limit expires in January; how far is the request?' });
  await stage.act(answers, central, null, 'ANSWER_STATUS', { answer: 'Under examination; a decision is expected in two weeks.' });
  stage.at(day(70));
  for (const measure of [1, 2]) {
    await stage.act(answers, central, measure, 'OFFER_CONDITIONS', { conditions: [{ kind: 'use', text: 'Use only in this proceeding, UNCC 40(19)' }] });
    await stage.refused(answers, central, measure, 'GRANT', {}, 'conditions.unanswered');
    await stage.act(asks, central, measure, 'ACCEPT_CONDITIONS');
    await stage.act(answers, central, measure, 'GRANT', { procedure: { followed: true } });
  }
  await stage.act(answers, central, 3, 'GRANT');
  for (const measure of [1, 2, 3]) {
    await stage.act(answers, central, measure, 'ASSIGN', { authority: 'Authority competent to execute requests' });
    await stage.act(answers, competent, measure, 'AUTHORISE', { body: 'Procuracy', remedyOpen: measure !== 3, ...(measure !== 3 && { remedyUntil: day(95) }) });
    await stage.act(answers, competent, measure, 'BEGIN_EXECUTION');
  }
  stage.at(day(80));
  for (const measure of [1, 2]) {
    await stage.act(answers, competent, measure, 'REPORT_EXECUTION', { result: 'data-obtained' });
    await stage.act(answers, competent, measure, 'PLACE_HOLD', { kind: 'appeal', reason: "The provider's remedy period runs", until: day(95) });
  }
  await stage.refused(answers, central, 1, 'DECIDE_TRANSMISSION', { outcome: 'released' }, 'transmission.on-hold');
  await stage.act(answers, competent, 3, 'REPORT_EXECUTION', { result: 'no-data-found', explanation: 'No data found beyond a prepaid account' });
  stage.at(day(96));
  for (const measure of [1, 2]) {
    await stage.act(answers, competent, measure, 'LIFT_HOLD', { kind: 'appeal', reason: 'The remedy period ended without appeal' });
    await stage.act(answers, central, measure, 'DECIDE_TRANSMISSION', { outcome: 'released' });
  }
  await stage.evidence(1, { 'server-1.img': image(200_000, 3), 'server-2.img': image(100_000, 4) });
  await stage.evidence(2, { 'connections.log': new TextEncoder().encode('2026-10-30T18:04:11Z 203.0.113.24:443 tcp\n') });
  for (const measure of [1, 2]) await stage.act(asks, central, measure, 'CONFIRM_RECEIPT');
  await stage.act(asks, central, null, 'CLOSE');
  await stage.compare(['transmitted-in-full', 'transmitted-in-full', 'no-data-found']);
  return stage;
}
