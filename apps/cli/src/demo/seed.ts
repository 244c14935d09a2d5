import type { AccountsService } from '@comity/access';
import { inTransaction, type Tx } from '@comity/database';
import { facts } from '@comity/directory';
import { newId, NODE_STATE } from '@comity/kernel';
import type { DataSource } from 'typeorm';
import { DEMO_ACCOUNTS, DEMO_OPERATOR } from '../../../../config/demo/accounts.js';
import {
  DEMO_ARRANGEMENT_REASON,
  DEMO_ARRANGEMENTS,
  DEMO_AUTHORITIES,
  DEMO_CHANNELS,
  DEMO_COMPETENCES,
  DEMO_DUTY_LIST,
  DEMO_FACT,
  DEMO_STATES,
  demoNumber,
  type DemoState,
} from '../../../../config/demo/states.js';

export interface DemoSeed {
  at: Date;
  /** Hash of the demo's password: one for all accounts, since argon2 takes its time. */
  passwordHash: string;
  accounts: Pick<AccountsService, 'install'>;
}

/** Writes the demo's States, authorities, arrangements and accounts. What is there already stays as it is. */
export async function seedDemo(db: DataSource, seed: DemoSeed): Promise<void> {
  for (const state of DEMO_STATES) {
    await inTransaction(db, { state: state.code }, async (tx) => {
      const isNew = await seedState(tx, state);
      // Their ids are made anew each time, so they are told apart by their State being there already.
      if (isNew) {
        await seedCompetences(tx, state, seed.at);
        await seedContacts(tx, state, seed.at);
      }
      await seedArrangements(tx, seed.at);
      if (state.hosted) await seedAccounts(tx, seed);
    });
  }
  await inTransaction(db, { state: NODE_STATE }, (tx) =>
    seed.accounts.install(tx, operator(seed.passwordHash), seed.at),
  );
}

async function seedState(tx: Tx, { code, hosted, of, timeZone, languagesAccepted }: DemoState): Promise<boolean> {
  const isNew = await facts.state(tx, { code, hosted, ...DEMO_FACT });
  for (const language of languagesAccepted) await facts.acceptedLanguage(tx, { state: code, language, ...DEMO_FACT });
  for (const { slug, kind, name, networks } of DEMO_AUTHORITIES) {
    await facts.authority(tx, {
      state: code,
      id: `${code}-${slug}`,
      kind,
      name: name(of),
      timeZone,
      languages: languagesAccepted,
      networks: [...networks],
      territory: null,
      ...DEMO_FACT,
    });
  }
  return isNew;
}

async function seedCompetences(tx: Tx, { code }: DemoState, at: Date): Promise<void> {
  for (const { slug, stage } of DEMO_COMPETENCES) {
    const anywhere = { instrument: null, form: null, territory: null };
    const id = newId(at.getTime());
    await facts.competence(tx, { state: code, id, authorityId: `${code}-${slug}`, stage, ...anywhere, ...DEMO_FACT });
  }
}

/** Each State says how its own desk is reached; of the off-network ones the demo speaks as the register would. */
async function seedContacts(tx: Tx, { code, hosted, languagesAccepted }: DemoState, at: Date): Promise<void> {
  const authorityId = `${code}-point-of-contact`;
  for (const { network, line, hours } of DEMO_CHANNELS) {
    const reach = { speaksOf: code, authorityId, network, languages: languagesAccepted, hours, recordedState: code, ...DEMO_FACT };
    await facts.contactChannel(tx, { ...reach, id: newId(at.getTime()), kind: 'telephone', value: demoNumber(code, line), callBack: true });
    await facts.contactChannel(tx, { ...reach, id: newId(at.getTime()), kind: 'email', value: `desk-${line}@${code.toLowerCase()}.example`, callBack: false });
    if (!hosted) continue;
    for (const { rank, office, line: own } of DEMO_DUTY_LIST) {
      await facts.dutyTurn(tx, { state: code, id: newId(at.getTime()), authorityId, network, rank, office, kind: 'telephone', value: demoNumber(code, own), hours, ...DEMO_FACT });
    }
  }
}

async function seedArrangements(tx: Tx, at: Date): Promise<void> {
  for (const pair of DEMO_ARRANGEMENTS) {
    if (pair.requesting !== tx.state && pair.requested !== tx.state) continue;
    await facts.arrangement(tx, {
      ...pair,
      recordedState: tx.state,
      id: newId(at.getTime()),
      mode: 'training',
      reason: DEMO_ARRANGEMENT_REASON,
      recordedBy: `${tx.state}-central-authority`,
      validFrom: DEMO_FACT.validFrom,
      validTo: null,
    });
  }
}

async function seedAccounts(tx: Tx, { accounts, passwordHash, at }: DemoSeed): Promise<void> {
  for (const { username, role, authority } of DEMO_ACCOUNTS) {
    const authorityId = `${tx.state}-${authority}`;
    await accounts.install(tx, { state: tx.state, username, passwordHash, authorityId, roles: [role] }, at);
  }
}

const operator = (passwordHash: string) => ({
  state: NODE_STATE,
  username: DEMO_OPERATOR,
  passwordHash,
  authorityId: null,
  roles: ['operator'] as const,
});
