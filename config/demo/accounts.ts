/** Every account of the demo has this password. */
export const DEMO_PASSWORD = 'comity-demo';

/** One account per role of each hosted State, and a second person where the law asks for four eyes. */
export const DEMO_ACCOUNTS = [
  { username: 'case-officer', role: 'case-officer', authority: 'case-office' },
  { username: 'case-officer-2', role: 'case-officer', authority: 'case-office' },
  { username: 'central-authority', role: 'central-authority', authority: 'central-authority' },
  { username: 'central-authority-2', role: 'central-authority', authority: 'central-authority' },
  { username: 'competent-authority', role: 'competent-authority', authority: 'competent-authority' },
  { username: 'point-of-contact', role: 'point-of-contact', authority: 'point-of-contact' },
  { username: 'auditor', role: 'auditor', authority: 'central-authority' },
  { username: 'administrator', role: 'administrator', authority: 'central-authority' },
] as const;

/** Under State ZZ. */
export const DEMO_OPERATOR = 'operator';
