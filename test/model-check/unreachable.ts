/** Events that a state takes and that never come, each with the reason. A row that is visited all the same is a fault. */
export const UNREACHABLE: readonly { pairs: RegExp; why: string }[] = [
  {
    pairs: /^requesting:stored-data:main:(draft|requested|underExamination|granted|executing|postponed|withdrawn|abandoned):WITHDRAWAL_TOO_LATE$/,
    why: 'the answer to a withdrawal follows what made it too late, in order; before that the measure is withdrawing',
  },
  {
    pairs: /^requesting:preservation:main:(noDataFound|cannotBeExecuted|refused|preservationReleased|withdrawn):DISCLOSURE_OPENED$/,
    why: 'a node opens it while the data are preserved, and tells of it in order; taken for a letter that comes late',
  },
  {
    pairs: /^requesting:(preserved-traffic-data|network-query):main:withdrawing:WITHDRAWAL_TOO_LATE$/,
    why: 'the outcome that makes it too late comes first, in order; taken for letters that overtake each other',
  },
  {
    pairs: /^requesting:(stored-data:main:(executing|executed)|(preservation|emergency-disclosure):main:ordered):REFERRED$/,
    why: 'a measure is referred before its execution; taken for what a State without a node may write',
  },
  {
    pairs: /^requesting:stored-data:main:(granted:GRANTED|executing:EXECUTION_BEGUN)$/,
    why: 'each is done once; taken for a second letter that says the same',
  },
  {
    pairs: /^requesting:preservation:main:(secured|ordered):EXTENDED$/,
    why: 'a node extends what it is asked to, once it is secured; taken for a State without one that extends of its own accord',
  },
  {
    pairs: /^(requesting|requested):(stored-data|preservation|preserved-traffic-data|emergency-disclosure):consultation:none:CONSULTATION_(AGREED|ENDED|LAPSED)$/,
    why: 'a closing follows its opening, which leaves this state for good',
  },
  {
    pairs: /^(requesting|requested):(stored-data|preservation|preserved-traffic-data|emergency-disclosure):consultation:openedThere:CONSULTATION_(AGREED|OPENED)$/,
    why: 'the State that opened cannot agree to itself, nor open another before it knows this one closed',
  },
  {
    pairs: /^(requesting|requested):(stored-data|preservation|preserved-traffic-data|emergency-disclosure):consultation:agreed:CONSULTATION_AGREED$/,
    why: 'only one State did not open, and it agrees once',
  },
  {
    pairs: /^requesting:(preservation|emergency-disclosure):main:(draft|abandoned):(CONFIRM_DUTY_ACT|OBJECT_TO_DUTY_ACT|MISS_DUTY_REVIEW)$/,
    why: 'a duty officer acts alone by transmitting; nothing waits for review before',
  },
  {
    pairs: /^requested:emergency-disclosure:main:(received|referred):(CONFIRM_DUTY_ACT|OBJECT_TO_DUTY_ACT|MISS_DUTY_REVIEW)$/,
    why: 'a duty officer acts alone by ordering the data; a measure is referred before that',
  },
  {
    pairs: /^requesting:emergency-disclosure:main:(draft|requested|withdrawn|abandoned):WITHDRAWAL_TOO_LATE$/,
    why: 'the answer to a withdrawal follows what made it too late, in order; before that the measure is withdrawing',
  },
  {
    pairs: /^(requested:mutual-legal-assistance:person:(none|notConsented):HAND_OVER_PERSON|requesting:mutual-legal-assistance:person:(none|notConsented):RECORD_ARRIVAL)$/,
    why: 'refused always, and shown as blocked with its reason: nobody goes without consent',
  },
  {
    pairs: /^requested:(stored-data:main:(completed|withdrawn)|preserved-traffic-data:main:completed):WITHDRAWAL_REQUESTED$/,
    why: 'the requesting State ended the measure itself and knows it',
  },
];
