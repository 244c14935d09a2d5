import type { Rule } from '../../libs/treaty/src/instrument.js';

/** In our own words. Unverified where the digest does not give the paragraph, which then is from memory. */
const rule = (article: string, title: string, text: string, verified = true): Rule => ({
  id: `Budapest ${article}`,
  title,
  text,
  force: 'binding',
  date: '2001-11-23',
  source: `ETS 185, Art ${article}`,
  verified,
});
const fromMemory = (article: string, title: string, text: string): Rule => rule(article, title, text, false);

/** The article on procedures has no list of contents: UNCC 40(15) serves as a checklist, never as law here. */
const checklist = (letter: string, title: string, text: string): Rule => ({
  id: `practice:checklist-${letter}`,
  title,
  text: `${text} Taken from UNCC 40(15)(${letter}) as a checklist; Budapest 27 has no list.`,
  force: 'practice',
  date: '2026-11-01',
  source: 'this software, after UNCC 40(15)',
  verified: true,
});

const GENERAL: Rule[] = [
  rule('25(1)', 'Widest extent', 'Parties afford one another assistance to the widest extent possible.'),
  rule('25(2)', 'Legal basis at home', 'Each Party has the laws it needs to carry out Articles 27 to 35.'),
  rule(
    '25(3)',
    'Urgency',
    'Urgent requests go by expedited means with security and authentication, are confirmed formally where required, and are answered by the same means.',
  ),
  rule(
    '25(4)',
    'Law of the requested Party',
    'Assistance is subject to the conditions of the requested Party’s law, including its grounds of refusal; offences of Articles 2 to 11 are not refused solely for being fiscal.',
  ),
  rule(
    '25(5)',
    'Dual criminality by conduct',
    'Where the requested Party makes dual criminality a condition, the conduct counts, not the name of the offence.',
  ),
  rule(
    '26',
    'Spontaneous information',
    'Information may be sent without a request, with conditions; a receiver that cannot comply says so before it gets the rest.',
  ),
];

const PROCEDURE: Rule[] = [
  fromMemory(
    '27(1)',
    'Where no treaty applies',
    'Article 27 governs where no mutual assistance treaty binds the two Parties, unless they agree to use it all the same.',
  ),
  fromMemory(
    '27(2)',
    'Central authorities',
    'Central authorities send, answer, execute or pass on requests, and speak to each other directly.',
  ),
  fromMemory(
    '27(3)',
    'Procedure',
    'Executed by the procedure the requesting Party names, unless incompatible with the requested Party’s law.',
  ),
  rule('27(4)', 'Grounds of refusal', 'Besides the grounds of 25(4): a political offence, and essential interests.'),
  rule(
    '27(4)(a)',
    'Political offence',
    'The requested Party considers the offence political, or connected with a political one.',
  ),
  rule(
    '27(4)(b)',
    'Essential interests',
    'Execution is likely to prejudice sovereignty, security, public order or other essential interests.',
  ),
  rule(
    '27(5)',
    'Postponement',
    'Action may be postponed where it would prejudice the requested Party’s own investigations or proceedings.',
  ),
  rule(
    '27(6)',
    'Part or conditions first',
    'Before refusing or postponing, where appropriate after consultation, the requested Party considers granting in part or on conditions.',
  ),
  rule(
    '27(7)',
    'Outcome and reasons',
    'The outcome is told promptly, with reasons for a refusal or a postponement, and for what makes execution impossible or long delayed.',
  ),
  rule(
    '27(8)',
    'Confidentiality',
    'Fact and subject are kept confidential where asked; a Party that cannot says so, and the requesting Party decides whether to go on.',
  ),
  rule(
    '27(9)',
    'Urgent and direct channels',
    'In urgency directly between judicial authorities with a copy through central authorities; INTERPOL; misdirected requests are referred with notice; requests without coercive action may go directly.',
  ),
  rule(
    '28',
    'Confidentiality and limits of use',
    'Where no treaty binds the Parties: confidentiality and limits of use if asked for; conditions accepted bind; an account of the use made may be asked for.',
  ),
];

const MEASURES: Rule[] = [
  rule('29', 'Preservation', 'Expedited preservation of stored data.'),
  fromMemory('29(2)', 'Contents', 'What a request for preservation contains, letters (a) to (f).'),
  fromMemory('29(2)(a)', 'Contents: authority', 'The authority that asks.'),
  fromMemory('29(2)(b)', 'Contents: offence and facts', 'The offence, and a brief summary of facts.'),
  fromMemory('29(2)(c)', 'Contents: data', 'The data, and their relation to the offence.'),
  fromMemory('29(2)(d)', 'Contents: custodian', 'What is known of the custodian, or of the location of the system.'),
  fromMemory('29(2)(e)', 'Contents: necessity', 'Why preservation is necessary.'),
  fromMemory('29(2)(f)', 'Contents: request to follow', 'The intent to submit a request for assistance.'),
  fromMemory(
    '29(3)',
    'Preservation: duty',
    'All appropriate measures are taken expeditiously; dual criminality is no condition.',
  ),
  rule(
    '29(4)',
    'Preservation: reservation',
    'A Party that needs dual criminality for disclosure may reserve the right to refuse preservation, for offences other than those of Articles 2 to 11.',
  ),
  rule(
    '29(5)',
    'Preservation: grounds',
    'Otherwise it is refused only for a political offence or essential interests.',
  ),
  fromMemory(
    '29(6)',
    'Preservation that will not help',
    'If it will not secure the data, or would endanger confidentiality or the investigation, the requested Party says so promptly and the requesting Party decides.',
  ),
  fromMemory(
    '29(7)',
    'Preservation: period',
    'At least 60 days; once the request is received, the data are held until the decision on it.',
  ),
  rule(
    '30',
    'Path of traffic',
    'Where a provider in another State took part, enough traffic data are disclosed at once to identify it and the path.',
  ),
  rule('30(2)', 'Path: grounds', 'It is withheld only for a political offence or essential interests.'),
  rule(
    '31',
    'Stored data',
    'Searching, accessing, seizing, securing and disclosing stored data; expedited where data are vulnerable.',
  ),
  rule(
    '32',
    'Trans-border access',
    'Public data, or data with lawful consent, may be reached without asking the other Party.',
  ),
  rule(
    '33',
    'Traffic data in real time',
    'Assistance in collecting traffic data in real time, under the conditions of the requested Party’s law.',
  ),
  rule('34', 'Interception', 'Assistance in intercepting content, to the extent that treaties and law permit.'),
  rule(
    '35',
    '24/7 contact point',
    'Technical advice, preservation, collecting evidence, legal information, locating suspects.',
  ),
];

const CHECKLIST: Rule[] = [
  checklist('a', 'Checklist: authority', 'The authority that makes the request.'),
  checklist(
    'b',
    'Checklist: proceeding',
    'Subject matter and nature of the proceeding, with the authority that conducts it.',
  ),
  checklist('c', 'Checklist: facts', 'A summary of the relevant facts.'),
  checklist('d', 'Checklist: assistance sought', 'The assistance sought, and any procedure wished.'),
  checklist('e', 'Checklist: persons, items, accounts', 'Persons, items and accounts as far as known.'),
  checklist('f', 'Checklist: period', 'The period, where one applies.'),
  checklist('g', 'Checklist: purpose', 'The purpose.'),
];

export const RULES: Rule[] = [...GENERAL, ...PROCEDURE, ...MEASURES, ...CHECKLIST];
