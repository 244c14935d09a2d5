import type { Rule } from '../../libs/treaty/src/instrument.js';

/** In our own words, from the digest of Chapter V; unverified where the digest marks a letter for comparison. */
const rule = (article: string, title: string, text: string, verified = true): Rule => ({
  id: `UNCC ${article}`,
  title,
  text,
  force: 'binding',
  date: '2024-12-24',
  source: `A/RES/79/243, annex, ${article.includes('-') ? 'Arts' : 'Art'} ${article}`,
  verified,
});

const practice = (slug: string, title: string, text: string): Rule => ({
  id: `practice:${slug}`,
  title,
  text,
  force: 'practice',
  date: '2026-06-01',
  source: 'good practice beside the Convention',
  verified: true,
});

const DEFINITIONS: Rule[] = [
  rule(
    '2(c)-(f)',
    'Classes of data',
    'Traffic data, content data, subscriber information, other electronic data: the class decides which article applies.',
  ),
  rule(
    '2(h)',
    'Serious crime',
    'A maximum of at least four years of deprivation of liberty, or a more serious penalty. It matters only where 35(1)(c) is the ground of cooperation.',
  ),
  rule('2(o)', 'Emergency', 'A significant and imminent risk to the life or safety of a natural person.'),
  rule(
    '6(2)',
    'Human rights',
    'Nothing in the Convention permits the suppression of human rights or fundamental freedoms.',
  ),
  rule(
    '7-17',
    'Convention offences',
    'Illegal access, illegal interception, interference with data or with a system, misuse of devices, forgery, theft or fraud, child abuse material, grooming, intimate images without consent, laundering.',
  ),
  rule('18', 'Legal persons', 'Legal persons can be liable for Convention offences.'),
  rule('19', 'Participation and attempt', 'Taking part in, or attempting, a Convention offence.'),
];

const SCOPE: Rule[] = [
  rule(
    '24(2)',
    'Safeguards',
    'Powers come with safeguards: independent review, an effective remedy, stated grounds, limits of scope and duration.',
  ),
  rule(
    '24(4)',
    'Safeguards when helping another State',
    'The safeguards hold also where a power is used for another State.',
  ),
  rule(
    '35(1)',
    'What cooperation covers',
    'Convention offences, and evidence in electronic form of these and of serious crimes.',
  ),
  rule(
    '35(1)(a)',
    'Convention offences',
    'Investigation and prosecution of Convention offences, with freezing, seizure and confiscation.',
  ),
  rule(
    '35(1)(b)',
    'Electronic evidence of Convention offences',
    'Collecting, preserving and sharing electronic evidence of Convention offences.',
  ),
  rule(
    '35(1)(c)',
    'Electronic evidence of serious crimes',
    'Collecting, preserving and sharing electronic evidence of any serious crime.',
  ),
  rule(
    '35(2)',
    'What applies to electronic evidence',
    'For 35(1)(b) and (c) the relevant parts of 40 and Articles 41-46 apply; other help for a serious crime that is no Convention offence needs another basis.',
  ),
  rule(
    '35(3)',
    'Dual criminality by conduct',
    'Where dual criminality is a condition, the conduct counts, not the name of the offence.',
  ),
  rule(
    '36(1)',
    'Personal data: the law of the sending State',
    'Personal data go under the sender’s law; conditions may be set to make a transfer comply, and there is no duty to transfer otherwise.',
  ),
  rule(
    '36(2)',
    'Personal data: safeguards of the receiver',
    'The receiving State keeps effective safeguards for personal data.',
  ),
  rule(
    '36(3)',
    'Personal data: onward transfer',
    'Before personal data go on to a third country or an organization the sending State is told and authorizes it.',
  ),
];

const ASSISTANCE: Rule[] = [
  rule('40(1)', 'Widest measure', 'States afford each other the widest measure of assistance.'),
  rule('40(2)', 'Legal persons', 'Assistance is given also where a legal person may be liable.'),
  rule('40(3)', 'Purposes', 'What assistance can be asked for, letters (a) to (m).'),
  rule('40(3)(a)', 'Purpose: evidence and statements', 'Taking evidence or statements from persons.'),
  rule('40(3)(b)', 'Purpose: service of documents', 'Serving judicial documents.'),
  rule('40(3)(c)', 'Purpose: searches, seizures, freezing', 'Searching, seizing and freezing.'),
  rule('40(3)(d)', 'Purpose: stored data', 'Searching, accessing, securing and disclosing stored electronic data.'),
  rule('40(3)(e)', 'Purpose: real-time traffic data', 'Collecting traffic data in real time.'),
  rule('40(3)(f)', 'Purpose: interception', 'Intercepting content data.'),
  rule('40(3)(g)', 'Purpose: objects and sites', 'Examining objects and sites.'),
  rule('40(3)(h)', 'Purpose: information and evaluations', 'Giving information, evidence and expert evaluations.'),
  rule('40(3)(i)', 'Purpose: documents and records', 'Giving originals or certified copies of documents and records.'),
  rule('40(3)(j)', 'Purpose: tracing proceeds', 'Identifying or tracing proceeds, property and instrumentalities.'),
  rule('40(3)(k)', 'Purpose: voluntary appearance', 'Helping persons to appear of their own will.'),
  rule('40(3)(l)', 'Purpose: recovery of proceeds', 'Recovering proceeds.'),
  rule('40(3)(m)', 'Purpose: anything else', 'Any other assistance not contrary to the law of the requested State.'),
  rule('40(4)', 'Spontaneous information', 'Information may be sent without a request.'),
  rule(
    '40(5)',
    'Conditions on spontaneous information',
    'Conditions of confidentiality and use bind on receipt; exculpatory information may be disclosed to an accused after notice.',
  ),
  rule('40(6)', 'Other treaties stay', 'Obligations under other assistance treaties stay unaffected.'),
  rule(
    '40(7)',
    'Which paragraphs give way',
    'Paragraphs 8 to 31 give way where another assistance treaty binds the two States, unless they agree to use them.',
  ),
  rule(
    '40(8)',
    'Dual criminality, de minimis',
    'Assistance may be declined for absence of dual criminality, for trifling matters, or where it is available under other provisions; it may be given all the same.',
  ),
  rule(
    '40(9)',
    'Transfer of a detained person',
    'A person who is detained may be transferred to assist: with the person’s consent and the agreement of both authorities.',
  ),
  rule(
    '40(10)',
    'Custody and return of a person transferred',
    'The person is kept in custody, unless the State that transferred the person agrees otherwise, and is returned.',
  ),
  rule(
    '40(11)',
    'No prosecution of a person transferred',
    'A person transferred is not prosecuted, detained or restricted for what was done before leaving, unless the State that transferred the person agrees.',
  ),
  rule(
    '40(12)',
    'Central authority',
    'Each State has a central authority that receives requests and executes them or passes them on, speedily and properly.',
  ),
  rule(
    '40(13)',
    'Form and language',
    'In writing or a form that leaves a written record, in a language acceptable to the requested State, with authenticity verifiable; if urgent and agreed oral, confirmed in writing at once.',
  ),
  rule(
    '40(14)',
    'Electronic exchange',
    'Central authorities are encouraged to exchange electronically, with authenticity and security assured.',
  ),
  rule('40(15)', 'Contents', 'What a request contains, letters (a) to (g).'),
  rule('40(15)(a)', 'Contents: authority', 'The authority that makes the request.'),
  rule(
    '40(15)(b)',
    'Contents: proceeding',
    'Subject matter and nature of the proceeding, with name and functions of the authority that conducts it.',
  ),
  rule('40(15)(c)', 'Contents: facts', 'A summary of the relevant facts, save for service of judicial documents.'),
  rule('40(15)(d)', 'Contents: assistance sought', 'The assistance sought, and any procedure wished.'),
  rule(
    '40(15)(e)',
    'Contents: persons, items, accounts',
    'Where possible and appropriate: identity, location and nationality of persons; country, description and location of items or accounts.',
  ),
  rule('40(15)(f)', 'Contents: period', 'Where applicable, the period for which it is sought.'),
  rule('40(15)(g)', 'Contents: purpose', 'The purpose for which evidence or other assistance is sought.'),
  rule(
    '40(16)',
    'Additional information',
    'The requested State may ask for information needed for execution or helpful to it.',
  ),
  rule(
    '40(17)',
    'Execution',
    'Under the law of the requested State, following the procedure asked for where possible and not contrary to that law.',
  ),
  rule('40(18)', 'Hearing by video', 'A person may be heard by video link.'),
  rule(
    '40(19)',
    'Use limitation',
    'No transmission or use for other investigations or proceedings without prior consent; exculpatory information as in 40(5).',
  ),
  rule(
    '40(20)',
    'Confidentiality',
    'Fact and substance are kept confidential where asked, except as needed to execute; a State that cannot, promptly says so.',
  ),
  rule('40(21)', 'Grounds of refusal', 'The list of grounds, letters (a) to (d).'),
  rule('40(21)(a)', 'Not in conformity', 'The request does not conform to the article.'),
  rule(
    '40(21)(b)',
    'Essential interests',
    'Execution is likely to prejudice sovereignty, security, public order or other essential interests.',
  ),
  rule(
    '40(21)(c)',
    'Barred in a similar domestic case',
    'The requested State’s law would bar the action for a similar offence under its own jurisdiction.',
  ),
  rule(
    '40(21)(d)',
    'Contrary to its legal system',
    'Granting would be contrary to its legal system on mutual legal assistance.',
  ),
  rule(
    '40(22)',
    'Persecution',
    'No duty where there are substantial grounds to believe that the request serves to punish for sex, race, language, religion, nationality, ethnic origin or political opinions, or that complying would harm a person for these.',
  ),
  rule('40(23)', 'Fiscal matters', 'No refusal solely because the offence also involves fiscal matters.'),
  rule('40(24)', 'Bank secrecy', 'No declining on the ground of bank secrecy.'),
  rule('40(25)', 'Reasons', 'Every refusal is given with its reasons.'),
  rule(
    '40(26)',
    'Prompt execution, deadlines, status',
    'As soon as possible, with full account of deadlines suggested with reasons; status queries are answered; the requesting State says when assistance is no longer required.',
  ),
  rule(
    '40(27)',
    'Postponement',
    'Execution may be postponed where it interferes with the requested State’s own investigation, prosecution or proceeding.',
  ),
  rule(
    '40(28)',
    'Consultation and conditions',
    'Before refusing under 40(21) or postponing under 40(27) the States consult on terms and conditions; conditions accepted bind.',
  ),
  rule(
    '40(29)',
    'Safe conduct',
    'Witnesses and experts have safe conduct, ending after 15 consecutive days in which they could have left.',
  ),
  rule(
    '40(30)',
    'Costs',
    'Ordinary costs fall on the requested State; substantial or extraordinary ones are consulted on.',
  ),
  rule(
    '40(31)',
    'Government records',
    'Public records are given; others may be given in whole, in part or on conditions.',
  ),
];

const NETWORK: Rule[] = [
  rule('41(1)', 'Point of contact', 'One point of contact per State, reachable at any hour.'),
  rule('41(2)', 'Register', 'A register of points of contact is kept and circulated every year.'),
  rule(
    '41(3)',
    'What points of contact do',
    'They facilitate, or carry out where their law allows, the tasks of letters (a) to (e).',
  ),
  rule('41(3)(a)', 'Technical advice', 'Technical advice.'),
  rule('41(3)(b)', 'Preservation and the place of the provider', 'Preservation under 42 and 43, with information on where the service provider is.'),
  rule('41(3)(c)', 'Evidence and legal information', 'Collecting evidence, and legal information.'),
  rule('41(3)(d)', 'Locating suspects', 'Locating suspects.'),
  rule('41(3)(e)', 'Data in an emergency', 'Electronic data to avert an emergency.', false),
  rule(
    '41(4)',
    'Points of contact talk',
    'They talk to each other on an expedited basis, and coordinate with the central authority.',
  ),
];

const EXPEDITED: Rule[] = [
  rule(
    '42(1)',
    'Preservation',
    'A State asks for data stored in another’s territory to be preserved where it intends to ask for their search, seizure or disclosure.',
  ),
  rule('42(2)', 'Where the data are', 'The 24/7 network may be asked where the data or the provider is.'),
  rule('42(3)', 'Contents', 'What a request for preservation contains, letters (a) to (g).'),
  rule('42(3)(a)', 'Contents: authority', 'The authority that asks.'),
  rule('42(3)(b)', 'Contents: offence and facts', 'The offence, and a brief summary of facts.'),
  rule('42(3)(c)', 'Contents: data', 'The data, and their relation to the offence.'),
  rule('42(3)(d)', 'Contents: custodian', 'What is known of the custodian, or of the location of the system.'),
  rule('42(3)(e)', 'Contents: necessity', 'Why preservation is necessary.'),
  rule('42(3)(f)', 'Contents: request to follow', 'The intent to submit a request for mutual legal assistance.'),
  rule(
    '42(3)(g)',
    'Contents: confidentiality',
    'As appropriate, the need to keep it confidential and not to notify the user.',
    false,
  ),
  rule(
    '42(4)',
    'Preservation: duty',
    'All appropriate measures are taken expeditiously; dual criminality is no condition.',
  ),
  rule(
    '42(5)',
    'Preservation: reservation',
    'A State that needs dual criminality for disclosure may reserve the right to refuse, for offences other than Convention offences, where it believes that the condition could not be met.',
  ),
  rule('42(6)', 'Preservation: grounds', 'Otherwise it is refused only under 40(21)(b), 40(21)(c) or 40(22).'),
  rule(
    '42(7)',
    'Preservation that will not help',
    'If it will not secure the data, or would endanger confidentiality or the investigation, the requested State says so promptly and the requesting State decides.',
  ),
  rule(
    '42(8)',
    'Preservation: period',
    'At least 60 days; once the request is received, preservation goes on pending the decision.',
  ),
  rule('42(9)', 'Preservation: extension', 'An extension may be asked for before the period ends.', false),
  rule(
    '43(1)',
    'Path of traffic',
    'Where a provider in another State took part, enough traffic data are disclosed at once to identify it and the path.',
  ),
  rule('43(2)', 'Path: grounds', 'It is withheld only under 40(21)(b), 40(21)(c) or 40(22).'),
  rule(
    '44',
    'Stored data',
    'Searching or accessing, seizing or securing, and disclosing stored data, including data preserved under 42; expedited where data are vulnerable.',
  ),
  rule('45(1)', 'Traffic data in real time', 'States endeavour to collect traffic data in real time for each other.'),
  rule('45(2)', 'Similar domestic case', 'At least for offences where it could be done in a similar domestic case.'),
  rule('45(3)', 'Contents', 'What a request for real-time traffic data contains, letters (a) to (f).'),
  rule('45(3)(a)', 'Contents: authority', 'The authority that asks.'),
  rule('45(3)(b)', 'Contents: facts and proceeding', 'The main facts, and the nature of the proceeding.'),
  rule('45(3)(c)', 'Contents: data', 'The data concerned, and their relation to the offence.'),
  rule('45(3)(d)', 'Contents: owner or system', 'What identifies the owner or user, or the location of the system.'),
  rule('45(3)(e)', 'Contents: justification', 'Why it is needed.'),
  rule('45(3)(f)', 'Contents: period', 'The period, and why it is as long as it is.'),
  rule(
    '46',
    'Interception',
    'States endeavour to intercept content for each other, to the extent that their treaties and law permit.',
  ),
];

const OTHERS: Rule[] = [
  rule(
    '37',
    'Extradition',
    'For Convention offences with dual criminality; provisional arrest; extradite or submit for prosecution; consultation before refusing.',
  ),
  rule('38', 'Sentenced persons', 'Transfer of sentenced persons.'),
  rule('39', 'Criminal proceedings', 'Transfer of criminal proceedings.'),
  rule('47', 'Law enforcement', 'Cooperation between law enforcement authorities, and its channels.'),
  rule('48', 'Joint investigations', 'By agreement or case by case.'),
  rule(
    '49-50',
    'Recovery and confiscation',
    'Article 40 applies with the changes needed, and with more contents; the requesting State is heard before a provisional measure is lifted.',
  ),
  rule(
    '51-52',
    'Special cooperation, return and disposal',
    'Information on proceeds without a request; return and disposal of property.',
  ),
];

const PRACTICES: Rule[] = [
  practice('late-extension', 'A late extension', 'An extension asked for too late is offered as a new preservation.'),
  practice(
    'no-release-by-clock',
    'No release by the clock alone',
    'On a grant preservation passes without a gap into securing; on a refusal it ends after notice and a grace period; an official releases, never the clock.',
  ),
];

export const RULES: Rule[] = [
  ...DEFINITIONS,
  ...SCOPE,
  ...ASSISTANCE,
  ...NETWORK,
  ...EXPEDITED,
  ...OTHERS,
  ...PRACTICES,
];
