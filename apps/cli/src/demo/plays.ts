import { readScenario, silkRoadDraft } from './scenario.js';
import { Stage, type StageOptions } from './stage.js';

/** Bytes that stand for an image of a disk. */
export const image = (size: number, seed: number): Uint8Array => Uint8Array.from({ length: size }, (_, i) => (i * 31 + seed) & 0xff);

/** Image of a marketplace server hosted near Reykjavik, 2013, under the Budapest Convention. */
export async function silkRoad(options: StageOptions): Promise<Stage> {
  const scenario = readScenario('silk-road-iceland');
  const stage = new Stage(options, scenario.requestingState, scenario.requestedState);
  options.out.text(`\n${scenario.title} (${scenario.requestingState} asks ${scenario.requestedState}; Budapest Convention)`);
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
  options.out.text(`\n  ${days} days from transmission to evidence.`);
  if (days !== 41) stage.differences.push(`${days} days from transmission to evidence, expected 41`);
  return stage;
}
