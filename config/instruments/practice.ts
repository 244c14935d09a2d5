import type { Rule } from '../../libs/treaty/src/instrument.js';

/** Steps this software asks for by itself. They are in every profile, steer, and are never cited as law. */
const practice = (slug: string, title: string, text: string): Rule => ({
  id: `practice:${slug}`,
  title,
  text,
  force: 'practice',
  date: '2026-11-01',
  source: 'this software',
  verified: true,
});

export const PRACTICE: Rule[] = [
  practice('one-measure', 'At least one measure', 'A letter asks for something: it holds one measure or more.'),
  practice(
    'legal-basis',
    'A dated legal basis per measure',
    'Each measure names one primary instrument with its article and the day on which it was found to bind both States.',
  ),
  practice(
    'offence',
    'At least one offence',
    'Whether an instrument covers the matter, and dual criminality, can be judged only where the offence is named.',
  ),
  practice('items', 'Items that can be found', 'An item has a value by which the requested State can find it.'),
  practice(
    'time-zone',
    'Time zone of an account',
    'Log lines of an account are read in a named time zone; without it the wrong lines, or none, are produced.',
  ),
  practice(
    'person-away',
    'A person who goes to the other State',
    'Nobody goes without having consented; the file stays open until the person is back, has left, or has lost safe conduct.',
  ),
  practice(
    'spontaneous-information',
    'Information sent without a request',
    'Whoever receives it confirms it, with what it may not be used for, or sends it back where that cannot be kept.',
  ),
  practice(
    'hearing-by-video',
    'Hearing by video',
    'A letter that asks for a hearing by video says why the person cannot, or should not, appear.',
  ),
  practice(
    'language',
    'An accepted language',
    'A letter goes in a language the requested State accepts, or with a translation; an urgent one may go with its translation to follow by a date.',
  ),
  practice(
    'suggested-deadline',
    'Deadlines suggested with reasons',
    'A deadline that the requesting State suggests comes with its reason.',
  ),
  practice(
    'central-authority',
    'Central authorities speak',
    'Requests and answers pass between the two central authorities.',
  ),
  practice(
    'additional-information',
    'Additional information',
    'The requested State asks for what it needs to execute, item by item, before it thinks of refusing.',
  ),
  practice('ask-for-completion', 'Ask for completion', 'An urgent request with gaps is completed, not refused.'),
  practice(
    'emergency-grounds',
    'Grounds in an emergency',
    'The article on emergencies has no list of grounds. The grounds of mutual legal assistance serve by analogy, without a consultation that would cost time.',
  ),
  practice(
    'emergency',
    'Disclosure in an emergency',
    'Data that avert a significant and imminent risk to the life or safety of a person are disclosed within hours, on a statement and proof of that risk.',
  ),
  practice(
    'call-back',
    'The sender is called back',
    'Before anything is disclosed in an emergency the sender is called back over a number from the directory, never from the request, and the call is recorded.',
  ),
  practice(
    'emergency-hours',
    'Hours, not days',
    'A request in an emergency says within how many hours an answer can still avert the harm.',
  ),
  practice(
    'formal-request',
    'A formal request follows an emergency',
    'What was disclosed in an emergency is followed by a formal request within a stated term; it is chased.',
  ),
  practice(
    'network-query',
    'Queries between points of contact',
    'Points of contact ask each other for technical advice, for the place of data or provider, for legal information and for the place of a suspect.',
  ),
  practice(
    'duty-officer',
    'One duty officer alone, a second person afterwards',
    'Preservation and emergencies may be sent or ordered by one duty officer; a second person reviews it within set hours. For every other form two persons act before.',
  ),
  practice(
    'safeguards',
    'The authorising body is recorded',
    'Execution records which body authorised the measure and whether a remedy is open.',
  ),
  practice(
    'referral',
    'Referral with notice',
    'A request that reached an authority not competent goes on to the competent one, and the requesting State is told.',
  ),
  practice(
    'no-longer-required',
    'Withdrawal is said at once',
    'The requesting State says so when assistance is no longer required, for one measure or for all.',
  ),
  practice('status', 'Status queries are answered', 'A reasonable question about the state of a request is answered.'),
  practice(
    'costs',
    'Costs',
    'The requested State bears ordinary costs; substantial ones are consulted on before they arise.',
  ),
  practice(
    'consultation',
    'Consultation',
    'Either side may open a consultation at any time. Opening one does not mean refusal; it closes by agreement, by disagreement or when its term lapses.',
  ),
  practice(
    'transmission-decision',
    'A second decision on transmission',
    'Whether what was collected goes to the requesting State is decided apart from the grant, so that appeals, third-party claims, privilege and conditions are settled first.',
  ),
  practice(
    'evidence',
    'Evidence with its manifest',
    'Evidence goes with a list of files and their SHA-256, which the requesting State checks.',
  ),
  practice(
    'receipt',
    'Receipt is confirmed',
    'The requesting State confirms receipt after checking the hashes, or says what differs.',
  ),
  practice(
    'closing-for-want-of-reply',
    'Closing for want of reply',
    'After reminders and a notice the requested State may close for want of reply. That is no refusal, and it can be reopened.',
  ),
  practice(
    'preservation-extension',
    'Extension of a preservation',
    'An extension is asked for before the period ends; one asked later is offered as a new preservation.',
  ),
  practice(
    'preservation',
    'Preservation',
    'Data that may be lost are preserved while a request for them is prepared.',
  ),
  practice(
    'confidentiality-hold',
    'Hold until the requesting State decides',
    'Where confidentiality cannot be kept, the requested State holds the measure until the requesting State decides whether to go on.',
  ),
  practice(
    'four-eyes',
    'Review by a second person',
    'A letter goes out when someone else of the central authority has reviewed what one drafted.',
  ),
  practice(
    'executing-authority',
    'The executing authority is named',
    'Before execution it is on record which authority executes, be it the central authority itself.',
  ),
  practice(
    'offer-answered',
    'What was offered is answered',
    'Who offered conditions, or raised costs, waits for the answer before going on.',
  ),
  practice(
    'release-after-notice',
    'Release after notice',
    'Preserved data are let go after notice with a term, and after a grace period where a request for them was refused; an official releases, never the clock.',
  ),
  practice(
    'kept-until-transmitted',
    'Kept until transmitted',
    'Once a request for preserved data is granted, they stay secured without a gap until they are transmitted or the measure is closed.',
  ),
  practice(
    'say-before-executing',
    'Procedure that cannot be followed',
    'Where a procedure asked for cannot be followed, the requested State says so before it executes.',
  ),
  practice(
    'reasons-for-postponement',
    'Reasons for a postponement',
    'A postponement states its reasons, as a refusal does.',
  ),
  practice(
    'no-postponement',
    'Expedited measures are not postponed',
    'An expedited measure is carried out or refused; a postponement would let the data be lost.',
  ),
  practice(
    'consultation-no-delay',
    'Consultation never delays securing',
    'Before refusing an expedited measure a word with the requesting State is advised, as long as it delays nothing.',
  ),
  practice(
    'consultation-for-others',
    'Consultation where no article asks for it',
    'A consultation before refusing for other grounds is good practice.',
  ),
  practice(
    'onward-transfer',
    'Onward transfer asks first',
    'Before data go on to a third State or an organization, the State that sent them is asked.',
  ),
  practice(
    'conditions',
    'Accepted conditions bind',
    'Conditions are of a kind: use, confidentiality, cost, return, assurance with its signatory. Once accepted they bind.',
  ),
  practice(
    'electronic-exchange',
    'Electronic exchange',
    'Requests, communications and evidence go electronically, signed and sealed, where both States can.',
  ),
];

/** Kinds of rule that practice answers where an instrument is silent. */
export const PRACTICE_KINDS = {
  'central-authority': 'practice:central-authority',
  language: 'practice:language',
  'electronic-exchange': 'practice:electronic-exchange',
  'additional-information': 'practice:additional-information',
  execution: 'practice:say-before-executing',
  safeguards: 'practice:safeguards',
  'onward-transfer': 'practice:onward-transfer',
  'confidentiality-hold': 'practice:confidentiality-hold',
  status: 'practice:status',
  'suggested-deadline': 'practice:suggested-deadline',
  'no-longer-required': 'practice:no-longer-required',
  consultation: 'practice:consultation',
  conditions: 'practice:conditions',
  costs: 'practice:costs',
  referral: 'practice:referral',
  'transmission-decision': 'practice:transmission-decision',
  evidence: 'practice:evidence',
  receipt: 'practice:receipt',
  'closing-for-want-of-reply': 'practice:closing-for-want-of-reply',
  emergency: 'practice:emergency',
  'call-back': 'practice:call-back',
  'formal-request': 'practice:formal-request',
  'network-query': 'practice:network-query',
  'duty-officer': 'practice:duty-officer',
  preservation: 'practice:preservation',
  'preservation-period': 'practice:preservation',
  'preservation-warning': 'practice:preservation',
  'preservation-extension': 'practice:preservation-extension',
  'path-disclosure': 'practice:preservation',
  'transfer-of-person': 'practice:person-away',
  'custody-of-person': 'practice:person-away',
  'safe-conduct': 'practice:person-away',
  'spontaneous-information': 'practice:spontaneous-information',
  'hearing-by-video': 'practice:hearing-by-video',
} as const;
