import { isIP } from 'node:net';

/** Everything a node can be told from outside. Holds secrets: never print it, print what `describeSettings` gives. */
export interface Settings {
  environment: 'development' | 'test' | 'production';
  /** Login's connection URL; absent: embedded server under `dataDir`. */
  databaseUrl?: string;
  /** Owner's connection URL, for migrations. */
  databaseMigrationUrl?: string;
  /** Most connections to the database. */
  poolSize: number;
  host: string;
  /** Addresses or networks whose X-Forwarded-For is believed; none unless named. */
  trustedProxies: string[];
  port: number;
  /** Folder of everything the node stores outside a database named by URL. */
  dataDir: string;
  /** Signs session tokens. */
  jwtSecret: string;
  /** Wraps the signing keys of the hosted States. */
  keySecret: string;
  /** Training: a treaty not yet in force may be applied; every view says so. */
  training: boolean;
  /** Practice: hours within which a second person reviews what one duty officer did alone. */
  dutyReviewHours: number;
  /** Practice: days within which the formal request after an emergency is awaited. */
  formalRequestDays: number;
  /** Days that preserved data are kept after a request that continued the preservation was refused. */
  graceDays: number;
  /** Hours for which the answer to an act is kept under its Idempotency-Key, and given again. */
  answerHours: number;
  /** Largest JSON body, in bytes. */
  bodyLimit: number;
  /** Whether this process also delivers messages, fires deadlines and integrates the log. */
  worker: boolean;
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

/** One variable as it stands in the environment, and where to report what is wrong with it. */
export interface Reading {
  name: string;
  /** Undefined when absent or empty. */
  text: string | undefined;
  production: boolean;
  /** `what` continues a sentence that begins with the variable's name. */
  fault(what: string): void;
}

export interface Variable {
  setting: keyof Settings;
  /** For the reference and `--help`. */
  about: string;
  /** Undefined: not set, or at fault. */
  read(r: Reading): unknown;
}

/** Public since they stand here: fit for the demonstration only, and refused in production. */
export const DEMO_SECRETS = {
  COMITY_JWT_SECRET: 'demo-only-session-secret-do-not-use-in-earnest',
  COMITY_KEY_SECRET: 'demo-only-key-wrapping-secret-do-not-use-in-earnest',
} as const;

const SECRET_BYTES = 32;

/** Every variable a node reads, besides NODE_ENV. */
export const variables: Readonly<Record<string, Variable>> = {
  DATABASE_URL: { setting: 'databaseUrl', about: 'PostgreSQL login without rights of its own; absent: embedded server', read: postgresUrl },
  DATABASE_MIGRATION_URL: { setting: 'databaseMigrationUrl', about: 'owner of the tables, for migrations', read: postgresUrl },
  COMITY_POOL_SIZE: { setting: 'poolSize', about: 'most connections to the database (20)', read: whole(20, 1, 500) },
  HOST: { setting: 'host', about: 'address to listen on (127.0.0.1)', read: (r) => r.text ?? '127.0.0.1' },
  COMITY_TRUSTED_PROXIES: { setting: 'trustedProxies', about: 'addresses or networks (CIDR) of reverse proxies, with commas between: the sign-in limit then counts the client they name in X-Forwarded-For (none)', read: networks },
  PORT: { setting: 'port', about: 'port to listen on (3000); 0: any', read: whole(3000, 0, 65_535) },
  COMITY_DATA_DIR: { setting: 'dataDir', about: 'folder of everything stored outside DATABASE_URL (.comity)', read: (r) => r.text ?? '.comity' },
  COMITY_JWT_SECRET: { setting: 'jwtSecret', about: 'signs session tokens, 32 bytes or more', read: secret },
  COMITY_KEY_SECRET: { setting: 'keySecret', about: 'wraps the signing keys of States, 32 bytes or more', read: secret },
  COMITY_TRAINING: { setting: 'training', about: 'on: treaties not yet in force may be applied, and every view says so (off)', read: onOff(false) },
  COMITY_DUTY_REVIEW_HOURS: { setting: 'dutyReviewHours', about: 'hours within which a second person reviews what one duty officer did alone (24)', read: whole(24, 1, 168) },
  COMITY_FORMAL_REQUEST_DAYS: { setting: 'formalRequestDays', about: 'days within which the formal request after an emergency is awaited (14)', read: whole(14, 1, 365) },
  COMITY_GRACE_DAYS: { setting: 'graceDays', about: 'days that preserved data are kept after the request for them was refused (14); practice, not law', read: whole(14, 0, 365) },
  COMITY_ANSWER_HOURS: { setting: 'answerHours', about: 'hours for which the answer to an act is kept under its Idempotency-Key and given again when the act is repeated (24); then it is deleted', read: whole(24, 1, 720) },
  COMITY_BODY_LIMIT: { setting: 'bodyLimit', about: 'largest JSON body in bytes (1048576)', read: whole(1_048_576, 1_024, 104_857_600) },
  COMITY_WORKER: { setting: 'worker', about: 'off: another process delivers messages and fires deadlines (on)', read: onOff(true) },
  COMITY_LOG_LEVEL: { setting: 'logLevel', about: 'trace, debug, info, warn, error or silent (info)', read: oneOf('info', ['trace', 'debug', 'info', 'warn', 'error', 'silent']) },
};

function postgresUrl(r: Reading): string | undefined {
  if (r.text === undefined) return undefined;
  const url = URL.canParse(r.text) ? new URL(r.text) : undefined;
  if (!url || !/^postgres(ql)?:$/.test(url.protocol)) {
    r.fault('must be a URL as in postgres://login:password@host:5432/comity');
    return undefined;
  }
  if (url.username === '') r.fault('names no user');
  if (url.pathname.length < 2) r.fault('names no database');
  return r.text;
}

function networks(r: Reading): string[] {
  const named = (r.text ?? '').split(',').map((part) => part.trim()).filter((part) => part !== '');
  for (const one of named) if (!isNetwork(one)) r.fault(`names ${JSON.stringify(one)}, which is no address or network, as 10.0.0.7 or 10.0.0.0/24 is`);
  return named;
}

/** A network of every address is none: whoever connects could then name any client. */
function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const most = { 4: 32, 6: 128 }[isIP(address)];
  return most !== undefined && more.length === 0 && (bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= most));
}

function secret(r: Reading): string | undefined {
  const demo = DEMO_SECRETS[r.name as keyof typeof DEMO_SECRETS];
  if (!r.production) {
    if (r.text !== undefined && Buffer.byteLength(r.text) < SECRET_BYTES) r.fault(`is shorter than ${SECRET_BYTES} bytes`);
    return r.text ?? demo;
  }
  const make = 'make one with: openssl rand -base64 48';
  if (r.text === undefined) r.fault(`is required in production: ${make}`);
  else if (Object.values<string>(DEMO_SECRETS).includes(r.text)) r.fault(`is the demonstration's secret, which everybody knows: ${make}`);
  else if (Buffer.byteLength(r.text) < SECRET_BYTES) r.fault(`is shorter than ${SECRET_BYTES} bytes: ${make}`);
  else return r.text;
  return undefined;
}

function whole(absent: number, least: number, most: number) {
  return (r: Reading): number | undefined => {
    if (r.text === undefined) return absent;
    const value = /^\d{1,12}$/.test(r.text) ? Number(r.text) : NaN;
    if (value >= least && value <= most) return value;
    r.fault(`must be a whole number from ${least} to ${most}`);
    return undefined;
  };
}

function onOff(absent: boolean) {
  return (r: Reading): boolean | undefined => {
    if (r.text === undefined) return absent;
    if (r.text === 'on' || r.text === 'off') return r.text === 'on';
    r.fault('must be on or off');
    return undefined;
  };
}

function oneOf(absent: string, choices: readonly string[]) {
  return (r: Reading): string | undefined => {
    if (r.text === undefined || choices.includes(r.text)) return r.text ?? absent;
    r.fault(`must be one of ${choices.join(', ')}`);
    return undefined;
  };
}
