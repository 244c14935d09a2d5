/** Events that a state takes and that never come, each with the reason. A row that is visited all the same is a fault. */
export const UNREACHABLE: readonly { pairs: RegExp; why: string }[] = [
  {
    pairs: /^requesting:stored-data:main:(draft|requested|underExamination|granted|executing|executed|postponed|withdrawn|abandoned):WITHDRAWAL_TOO_LATE$/,
    why: 'the answer to a withdrawal follows what made it too late, in order; before that the measure is withdrawing',
  },
  {
    pairs: /^requesting:stored-data:main:(requested|underExamination|executing):(ASSIGNED|AUTHORISED)$/,
    why: 'a node reports these between granting and execution only; taken for the transcribed answers of a State without one',
  },
  {
    pairs: /^requesting:stored-data:main:(requested:REFUSED|(executing|executed|postponed):REFERRED)$/,
    why: 'a node refuses after EXAMINATION_BEGUN, and refers before execution; taken for the transcribed answers of a State without one',
  },
  {
    pairs: /^requesting:letter:main:(transmitted|closedForWantOfReply):CLOSED$/,
    why: 'the requested State acknowledges or reopens before it closes, and messages keep their order; taken for transcribed answers',
  },
  {
    pairs: /^(requesting|requested):(stored-data|preservation|preserved-traffic-data):consultation:none:CONSULTATION_(AGREED|ENDED|LAPSED)$/,
    why: 'a closing follows its opening, which leaves this state for good',
  },
  {
    pairs: /^(requesting|requested):(stored-data|preservation|preserved-traffic-data):consultation:openedThere:CONSULTATION_(AGREED|OPENED)$/,
    why: 'the State that opened cannot agree to itself, nor open another before it knows this one closed',
  },
  {
    pairs: /^(requesting|requested):(stored-data|preservation|preserved-traffic-data):consultation:agreed:CONSULTATION_AGREED$/,
    why: 'only one State did not open, and it agrees once',
  },
  {
    pairs: /^requested:stored-data:main:(completed|withdrawn):WITHDRAWAL_REQUESTED$/,
    why: 'the requesting State ended the measure itself and knows it',
  },
];
