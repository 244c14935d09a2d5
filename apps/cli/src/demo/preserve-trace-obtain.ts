import { image } from './plays.js';
import { disclosedPath, kazakhDraft, preservationDraft, readScenario } from './scenario.js';
import { Stage, type StageOptions } from './stage.js';

const [asks, answers] = ['requesting', 'requested'] as const;
const [central, competent, desk] = ['central-authority', 'competent-authority', 'point-of-contact'];
const START = Date.UTC(2026, 10, 3, 9, 12, 40);
const day = (n: number, hours = 0) => new Date(START + n * 86_400_000 + hours * 3_600_000).toISOString();

interface Cast {
  /** KZ asks VN to preserve; VN discloses the path. */
  preservation: Stage;
  /** KZ asks VN for the data. */
  storedData: Stage;
  /** KZ asks SG, to which the path leads: the scenario says only "a third State". */
  third: Stage;
}

/** Preserve, trace, obtain: unlawful access to a bank, under the Convention in training mode, in three States' files. */
export async function kazakhstanVietNam(options: StageOptions): Promise<Stage[]> {
  const scenario = readScenario('kz-vn-preservation');
  const { requestingState: kz, requestedState: vn } = scenario;
  const cast: Cast = { preservation: new Stage(options, kz, vn), storedData: new Stage(options, kz, vn), third: new Stage(options, kz, 'SG') };
  options.out.text(`\n${scenario.title} (${kz} asks ${vn}, then SG; UNCC in training mode)`);
  await preserve(cast.preservation);
  await trace(cast);
  await obtain(cast);
  await finish(cast);
  await cast.preservation.compare(['released', 'disclosed']);
  await cast.third.compare(['released', 'transmitted-in-full']);
  await cast.storedData.compare(['transmitted-in-full', 'transmitted-in-full', 'no-data-found']);
  return [cast.preservation, cast.third, cast.storedData];
}

/** Day 0: asked, ordered and secured within hours, through the 24/7 desks (41, 42). */
async function preserve(stage: Stage): Promise<void> {
  stage.at(day(0));
  await stage.draft(preservationDraft(readScenario('kz-vn-preservation'), day(0).slice(0, 10)));
  await stage.act(asks, 'case-officer', null, 'SUBMIT_FOR_REVIEW');
  await stage.act(asks, central, null, 'TRANSMIT');
  stage.at(day(0, 2));
  await stage.refused(answers, central, 1, 'REFUSE', { ground: 'dual-criminality-absent', reasons: 'No such offence' }, 'ground.not-for-this-form');
  await stage.act(answers, desk, 1, 'ORDER_PRESERVATION', { custodian: 'A hosting provider in Ho Chi Minh City' });
  await stage.act(answers, desk, null, 'ACKNOWLEDGE', { reference: `VN-24-7-311-${stage.id.slice(-4)}` });
  stage.at(day(0, 5));
  await stage.refused(answers, desk, 1, 'REPORT_SECURED', { from: day(0, 5), until: day(59, 5) }, 'preservation.period-too-short');
  await stage.act(answers, desk, 1, 'REPORT_SECURED', { from: day(0, 5), until: day(60, 5), custodian: 'A hosting provider in Ho Chi Minh City', what: 'Two virtual servers, connection logs, subscriber information' });
}

/** Day 9: a provider in a third State took part; the path is disclosed, and followed in one act (43). */
async function trace({ preservation, third }: Cast): Promise<void> {
  preservation.at(day(9));
  await preservation.act(answers, desk, 1, 'OPEN_DISCLOSURE', { finding: 'The sessions on the two servers came through a provider in a third State' });
  await preservation.refused(answers, desk, 2, 'DISCLOSE_PATH', { path: disclosedPath(third.requested).map(({ provider: _, ...leg }) => leg) }, 'path.provider-missing');
  await preservation.act(answers, desk, 2, 'DISCLOSE_PATH', { path: disclosedPath(third.requested), onwardTransfer: 'authorised', useLimits: 'Only to trace the intrusion' });
  await preservation.act(asks, desk, 2, 'CONFIRM_PATH');
  const { opened } = await preservation.act(asks, 'case-officer', 2, 'FOLLOW_PATH', { forms: ['preservation', 'stored-data'] });
  if (opened?.requestedState !== third.requested) preservation.differences.push('the path opened no request to the third State');
  third.id = opened!.requestId;
  await third.act(asks, 'case-officer', null, 'SUBMIT_FOR_REVIEW');
  await third.act(asks, central, null, 'TRANSMIT');
  third.at(day(9, 3));
  await third.act(answers, desk, 1, 'ORDER_PRESERVATION');
  await third.act(answers, desk, 1, 'REPORT_SECURED', { from: day(9, 3), until: day(69, 3), custodian: 'A provider of relays' });
  await third.act(answers, desk, null, 'ACKNOWLEDGE', { reference: `SG-24-7-77-${third.id.slice(-4)}` });
  third.at(day(20));
  await third.act(answers, central, 2, 'EXAMINE');
  await third.act(answers, central, 2, 'GRANT');
  await third.act(answers, central, 2, 'ASSIGN', { authority: 'Authority competent to execute requests' });
  await third.act(answers, competent, 2, 'AUTHORISE', { body: 'Court', remedyOpen: false });
  await third.act(answers, competent, 2, 'BEGIN_EXECUTION');
  await third.act(answers, competent, 2, 'REPORT_EXECUTION', { result: 'data-obtained' });
  await third.act(answers, central, 2, 'DECIDE_TRANSMISSION', { outcome: 'released' });
  await third.evidence(2, { 'subscriber.json': new TextEncoder().encode('{"note":"modelled"}') });
  await third.act(asks, central, 2, 'CONFIRM_RECEIPT');
}

/** Days 41 to 96: the request for stored data; the preservation goes on pending the decision and passes into securing (42(8), 44). */
async function obtain({ preservation, storedData: stage }: Cast): Promise<void> {
  stage.at(day(41));
  await stage.draft(kazakhDraft(readScenario('kz-vn-preservation'), day(41).slice(0, 10), { requestId: preservation.id, measure: 1 }));
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
  await notLapsed(preservation, day(61));
  stage.at(day(70));
  for (const measure of [1, 2]) {
    await stage.act(answers, central, measure, 'OFFER_CONDITIONS', { conditions: [{ kind: 'use', text: 'Use only in this proceeding, UNCC 40(19)' }] });
    await stage.refused(answers, central, measure, 'GRANT', {}, 'conditions.unanswered');
    await stage.act(asks, central, measure, 'ACCEPT_CONDITIONS');
    await stage.act(answers, central, measure, 'GRANT', { procedure: { followed: true } });
  }
  await stage.act(answers, central, 3, 'GRANT');
  await notLapsed(preservation, day(71));
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
  await notLapsed(preservation, day(81));
  stage.at(day(96));
  for (const measure of [1, 2]) {
    await stage.act(answers, competent, measure, 'LIFT_HOLD', { kind: 'appeal', reason: 'The remedy period ended without appeal' });
    await stage.act(answers, central, measure, 'DECIDE_TRANSMISSION', { outcome: 'released' });
  }
  await stage.evidence(1, { 'server-1.img': image(200_000, 3), 'server-2.img': image(100_000, 4) });
  await stage.evidence(2, { 'connections.log': new TextEncoder().encode('2026-10-30T18:04:11Z 203.0.113.24:443 tcp\n') });
  for (const measure of [1, 2]) await stage.act(asks, central, measure, 'CONFIRM_RECEIPT');
  await stage.act(asks, central, null, 'CLOSE');
}

/** The period is over, and the request that continues the preservation is not: nobody can let the data go. */
async function notLapsed(stage: Stage, at: string): Promise<void> {
  stage.at(at);
  const notice = { term: new Date(Date.parse(at) + 7 * 86_400_000).toISOString(), reason: 'The period has ended' };
  await stage.refused(answers, central, 1, 'GIVE_NOTICE_OF_RELEASE', notice, 'preservation.linked-measure-waits');
  for (const side of [asks, answers]) {
    const seen = await stage.read(side);
    if (seen.measures[0]!.state !== 'secured') stage.differences.push(`${seen.state}: on ${at} the preservation is ${seen.measures[0]!.state}, expected secured`);
  }
}

/** Day 97: what was preserved is let go, after notice, by officials of both States. */
async function finish({ preservation, third }: Cast): Promise<void> {
  preservation.at(day(97));
  for (const stage of [preservation, third]) await stage.act(answers, central, 1, 'GIVE_NOTICE_OF_RELEASE', { term: day(104), reason: 'The evidence was transmitted' });
  await preservation.refused(answers, central, 1, 'RELEASE', {}, 'release.term-runs');
  preservation.at(day(105));
  for (const stage of [preservation, third]) {
    await stage.act(answers, central, 1, 'RELEASE');
    await stage.act(asks, central, null, 'CLOSE');
  }
}
