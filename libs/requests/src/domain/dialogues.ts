import type { Side } from '@comity/kernel';
import { noted, to } from './machine-parts.js';

/**
 * The side dialogues of a measure, each a region of its own beside the main one: they are independent of the main
 * dialogue but for the flags they set in the context.
 */

/** UNCC 40(28): either side may open one at any time; closes by agreement, by disagreement or by lapse of its term. */
export function consultation(side: Side): Record<string, unknown> {
  const open = { OPEN_CONSULTATION: to('openedHere', { rules: ['letterOpen', 'termAhead'], send: 'CONSULTATION_OPENED', change: ['consultationRuns'] }) };
  const opened = { CONSULTATION_OPENED: to('openedThere', { change: ['consultationRuns'] }) };
  const closings = ['CONSULTATION_AGREED', 'CONSULTATION_ENDED', 'CONSULTATION_LAPSED'];
  const close = (target: string) => to(target, { change: ['consultationHasClosed'] });
  const late = Object.fromEntries(closings.map((type) => [type, noted]));
  const end = to('withoutAgreement', { rules: ['letterOpen'], send: 'CONSULTATION_ENDED', change: ['consultationHasClosed'] });
  return {
    initial: 'none',
    states: {
      none: { on: { ...open, ...opened, ...late } },
      openedHere: {
        on: {
          // Ended by the State that opened it: a duty to consult is met by the other's answer or the term, not by an opening alone.
          END_CONSULTATION_WITHOUT_AGREEMENT: [
            to('withoutAgreement', { rules: ['letterOpen'], when: 'termHasPassed', send: 'CONSULTATION_ENDED', change: ['consultationHasClosed'] }),
            to('withoutAgreement', { rules: ['letterOpen'], send: 'CONSULTATION_ENDED' }),
          ],
          LAPSE_CONSULTATION: to('withoutAgreement', {
            rules: ['consultationTermPassed'],
            send: 'CONSULTATION_LAPSED',
            change: ['consultationHasClosed'],
          }),
          // Both opened at once: the requested State's opening governs, since it is the one that must consult (40(28)).
          ...(side === 'requesting' ? opened : { CONSULTATION_OPENED: noted }),
          CONSULTATION_AGREED: close('agreed'),
          CONSULTATION_ENDED: close('withoutAgreement'),
          CONSULTATION_LAPSED: noted,
        },
      },
      openedThere: {
        on: {
          AGREE_IN_CONSULTATION: to('agreed', { rules: ['letterOpen'], send: 'CONSULTATION_AGREED', change: ['consultationHasClosed'] }),
          END_CONSULTATION_WITHOUT_AGREEMENT: end,
          CONSULTATION_AGREED: noted,
          CONSULTATION_ENDED: close('withoutAgreement'),
          CONSULTATION_LAPSED: close('withoutAgreement'),
          CONSULTATION_OPENED: noted,
        },
      },
      // Closings that crossed: a disagreement declared, or a lapse, stands over an agreement given at the same time.
      agreed: { on: { ...open, ...opened, ...late, CONSULTATION_ENDED: close('withoutAgreement'), CONSULTATION_LAPSED: close('withoutAgreement') } },
      withoutAgreement: { on: { ...open, ...opened, ...late } },
    },
  };
}

/** UNCC 40(28), 40(19): conditions offered by the requested State; accepted ones bind. */
export function conditions(side: Side): Record<string, unknown> {
  if (side === 'requested') {
    const offer = { OFFER_CONDITIONS: to('offered', { rules: ['letterOpen', 'letterAcknowledged', 'measureOpen'], send: 'CONDITIONS_OFFERED', change: ['conditionsArePending'] }) };
    return {
      initial: 'none',
      states: {
        none: { on: offer },
        offered: {
          on: {
            CONDITIONS_ACCEPTED: to('accepted', { change: ['conditionsAreAnswered'] }),
            CONDITIONS_DECLINED: to('declined', { change: ['conditionsAreAnswered'] }),
          },
        },
        accepted: { on: offer },
        declined: { on: offer },
      },
    };
  }
  const offered = { CONDITIONS_OFFERED: to('offered', { change: ['conditionsArePending'] }) };
  return {
    initial: 'none',
    states: {
      none: { on: offered },
      offered: {
        on: {
          ACCEPT_CONDITIONS: to('accepted', { rules: ['letterOpen'], send: 'CONDITIONS_ACCEPTED', change: ['conditionsAreAnswered'] }),
          DECLINE_CONDITIONS: to('declined', { rules: ['letterOpen'], send: 'CONDITIONS_DECLINED', change: ['conditionsAreAnswered'] }),
        },
      },
      accepted: { on: offered },
      declined: { on: offered },
    },
  };
}

/** UNCC 40(30): substantial or extraordinary costs are consulted on before they arise. */
export function costs(side: Side): Record<string, unknown> {
  if (side === 'requested') {
    const raise = { RAISE_COSTS: to('raised', { rules: ['letterOpen', 'letterAcknowledged', 'measureOpen'], send: 'COSTS_RAISED', change: ['costsArePending'] }) };
    return {
      initial: 'none',
      states: {
        none: { on: raise },
        raised: {
          on: {
            COSTS_ACCEPTED: to('accepted', { change: ['costsAreAnswered'] }),
            COSTS_DECLINED: to('declined', { change: ['costsAreAnswered'] }),
          },
        },
        accepted: { on: raise },
        declined: { on: raise },
      },
    };
  }
  const raised = { COSTS_RAISED: to('raised', { change: ['costsArePending'] }) };
  return {
    initial: 'none',
    states: {
      none: { on: raised },
      raised: {
        on: {
          ACCEPT_COSTS: to('accepted', { rules: ['letterOpen'], send: 'COSTS_ACCEPTED', change: ['costsAreAnswered'] }),
          DECLINE_COSTS: to('declined', { rules: ['letterOpen'], send: 'COSTS_DECLINED', change: ['costsAreAnswered'] }),
        },
      },
      accepted: { on: raised },
      declined: { on: raised },
    },
  };
}

/** UNCC 40(20): what cannot be kept confidential is told at once; the measure then holds until the requesting State decides. */
export function confidentiality(side: Side): Record<string, unknown> {
  if (side === 'requested') {
    return {
      initial: 'kept',
      states: {
        kept: {
          on: {
            REPORT_CONFIDENTIALITY_CANNOT_BE_KEPT: to('reported', {
              rules: ['letterOpen'],
              send: 'CONFIDENTIALITY_CANNOT_BE_KEPT',
              change: ['confidentialityIsHeld'],
            }),
          },
        },
        reported: { on: { CONFIDENTIALITY_WAIVED: to('waived', { change: ['confidentialityIsDecided'] }) } },
        waived: {},
      },
    };
  }
  return {
    initial: 'kept',
    states: {
      kept: { on: { CONFIDENTIALITY_CANNOT_BE_KEPT: to('reported', { change: ['confidentialityIsHeld'] }) } },
      reported: {
        on: {
          PROCEED_WITHOUT_CONFIDENTIALITY: to('waived', { rules: ['letterOpen'], send: 'CONFIDENTIALITY_WAIVED', change: ['confidentialityIsDecided'] }),
        },
      },
      waived: {},
    },
  };
}
