import type { Law } from '../../libs/requests/src/domain/index.js';
import { explore } from './joint-model.js';
import { models } from './models.js';
import { branches, unchanged, unhandled, unsent, withChart, withoutRule } from './planted.js';
import { PROPERTIES } from './properties.js';

const REQUESTED = ['preserved-traffic-data', 'requested'] as const;
const REQUESTING = ['preserved-traffic-data', 'requesting'] as const;

/** What is spoilt, in which model it shows, and the property that must be found broken. */
const PLANTED: [error: string, model: string, property: string, law: () => Law][] = [
  ['a path that need not identify anybody', 'preserved-traffic-data: main with closing', 'UNCC 43(1): a path disclosed that names no provider in another State',
    () => withChart(...REQUESTED, (c) => withoutRule(c, 'main', 'received', 'DISCLOSE_PATH', 'pathIdentifies'))],
  ['a path withheld on any ground', 'preserved-traffic-data: main with closing', 'UNCC 40(21), Budapest 27(4): refused on a ground the treaty does not list',
    () => withChart(...REQUESTED, (c) => withoutRule(c, 'main', 'received', 'REFUSE', 'refusalAllowed'))],
  ['a path withheld on any ground under Budapest', 'preserved-traffic-data under Budapest', 'UNCC 40(21), Budapest 27(4): refused on a ground the treaty does not list',
    () => withChart(...REQUESTED, (c) => withoutRule(c, 'main', 'received', 'REFUSE', 'refusalAllowed'))],
  ['a path that comes while a withdrawal is on its way', 'preserved-traffic-data: main with closing', 'PATH_DISCLOSED arrives and is not handled',
    () => withChart(...REQUESTING, (c) => unhandled(c, 'main', 'withdrawing', 'PATH_DISCLOSED'))],
  ['a withdrawal after the path that is not answered', 'preserved-traffic-data: main with closing', 'WITHDRAWAL_REQUESTED arrives and is not handled',
    () => withChart(...REQUESTED, (c) => unhandled(c, 'main', 'pathDisclosed', 'WITHDRAWAL_REQUESTED'))],
  ['a confirmation nobody is told of', 'preserved-traffic-data: main with closing', 'the files differ on the measure: completed here and pathReceived there',
    () => withChart(...REQUESTING, (c) => unsent(c, 'main', 'pathReceived', 'CONFIRM_PATH'))],
  ['a request opened wherever the path leads', 'preserved-traffic-data: main with closing', 'UNCC 43: a request opened to a State that the path does not lead to, or a second time',
    () => withChart(...REQUESTING, (c) => {
      for (const b of branches(c, 'main', 'completed', 'FOLLOW_PATH')) b.guard.params.rules = [];
    })],
  ['a path that nobody can follow once it is confirmed', 'preserved-traffic-data: main with closing', 'UNCC 43: a path cannot be followed here',
    () => withChart(...REQUESTING, (c) => unhandled(c, 'main', 'completed', 'FOLLOW_PATH'))],
  ['a path that goes on to anybody', 'preserved-traffic-data: its use', 'UNCC 36(3): personal data transferred onward without authorization',
    () => withChart(...REQUESTING, (c) => withoutRule(c, 'use', 'unasked', 'RECORD_USE', 'useCovered'))],
  ['a path used before it was disclosed', 'preserved-traffic-data: its use', 'UNCC 40(19): use of evidence that is not there',
    () => withChart(...REQUESTING, (c) => withoutRule(c, 'use', 'unasked', 'RECORD_USE', 'evidenceHeld'))],
  ['a consent to send a path on that its receiver forgets', 'preserved-traffic-data: its use', 'the files differ on the consents to use',
    () => withChart(...REQUESTING, (c) => unchanged(c, 'use', 'asked', 'USE_CONSENT_GRANTED', 'consentIsGranted'))],
  ['a disclosure opened that the other State does not expect', 'preservation: a disclosure opened', 'DISCLOSURE_OPENED arrives and is not handled',
    () => withChart('preservation', 'requesting', (c) => unhandled(c, 'main', 'extensionAsked', 'DISCLOSURE_OPENED'))],
  ['a disclosure opened in one file alone', 'preservation: a disclosure opened', 'the files differ on how many measures there are',
    () => withChart('preservation', 'requesting', (c) => {
      for (const b of branches(c, 'main', 'secured', 'DISCLOSURE_OPENED')) b.actions = ['note'];
    })],
  ['a provider found abroad while an extension is asked for', 'preservation: a disclosure opened', 'UNCC 43(1): the disclosure of a path cannot be opened here',
    () => withChart('preservation', 'requested', (c) => unhandled(c, 'main', 'extensionAsked', 'OPEN_DISCLOSURE'))],
];

describe('planted errors, in copies of the statecharts of preserved traffic data', () => {
  it.each(PLANTED)('%s: caught in "%s" by "%s"', (_, name, property, law) => {
    const model = models({ bound: 1, maxStates: 200_000, law: law() }).find((m) => m.name.includes(name))!;
    const { violations } = explore({ ...model, until: property }, PROPERTIES);
    expect(violations.map((v) => v.property)).toContain(property);
  });
});
