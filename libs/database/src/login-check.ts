import type { DataSource } from 'typeorm';

/** The login has rights that would go round the State wall. `reasons` lists all of them. */
export class PowerfulLogin extends Error {
  constructor(
    readonly login: string,
    readonly reasons: readonly string[],
  ) {
    super(
      `The database login "${login}" must not be used by the application:\n- ${reasons.join('\n- ')}\n` +
        'Give DATABASE_URL a login made by: CREATE ROLE name LOGIN NOINHERIT PASSWORD ... and let the migrations grant it its roles.',
    );
    this.name = 'PowerfulLogin';
  }
}

const MAY_TAKE = ['comity_app', 'comity_worker', 'comity_operator'];

interface Finding {
  reason: string;
}

/**
 * Refuses a login that could see or change rows without taking a role for a State first: such a login would silently
 * void every row-level policy.
 * @throws PowerfulLogin with every reason at once
 */
export async function assertLoginIsPowerless(db: DataSource): Promise<void> {
  const [{ login }] = (await db.query('SELECT session_user::text AS login')) as [{ login: string }];
  const findings = (await db.query(CHECKS, [MAY_TAKE])) as Finding[];
  if (findings.length > 0) throw new PowerfulLogin(login, findings.map((f) => f.reason));
}

/** Reads catalogs only, so that it works for any login. `reachable` is what SET ROLE or inheritance leads to. */
const CHECKS = `
WITH RECURSIVE
self AS (SELECT * FROM pg_roles WHERE rolname = session_user),
reachable(oid) AS (
  SELECT oid FROM self
  UNION
  SELECT m.roleid FROM pg_auth_members m JOIN reachable r ON m.member = r.oid
),
other AS (SELECT r.* FROM pg_roles r JOIN reachable USING (oid) WHERE r.rolname <> session_user),
relation AS (
  SELECT c.oid, c.relowner, c.relkind, format('%I.%I', n.nspname, c.relname) AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
)
SELECT 'it is a superuser' AS reason FROM self WHERE rolsuper
UNION ALL SELECT 'it has BYPASSRLS' FROM self WHERE rolbypassrls
UNION ALL SELECT 'it may create roles' FROM self WHERE rolcreaterole
UNION ALL SELECT 'it may replicate the whole server' FROM self WHERE rolreplication
UNION ALL SELECT 'it owns the database ' || datname FROM pg_database, self WHERE datdba = self.oid AND datname = current_database()
UNION ALL SELECT 'it owns ' || name FROM relation, self WHERE relowner = self.oid
UNION ALL SELECT 'it may take the role ' || rolname || CASE
    WHEN rolsuper THEN ', a superuser' WHEN rolbypassrls THEN ', which has BYPASSRLS' ELSE '' END
  FROM other WHERE rolname <> ALL ($1)
UNION ALL SELECT 'the role ' || rolname || ', which it may take, is a superuser or has BYPASSRLS'
  FROM other WHERE rolname = ANY ($1) AND (rolsuper OR rolbypassrls)
UNION ALL SELECT 'it inherits the rights of ' || other.rolname || ': make it NOINHERIT, and grant the role WITH INHERIT FALSE'
  FROM other, self WHERE other.rolname <> session_user AND NOT self.rolsuper AND pg_has_role(self.oid, other.oid, 'USAGE')
UNION ALL SELECT 'it may use ' || name || ' without taking a role: revoke what is granted to it or to PUBLIC'
  FROM relation, self
  WHERE NOT self.rolsuper AND relowner <> self.oid AND (
    has_table_privilege(self.oid, relation.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
    OR has_any_column_privilege(self.oid, relation.oid, 'SELECT, INSERT, UPDATE, REFERENCES'))
UNION ALL SELECT 'it lacks the role ' || want || ': run the migrations with DATABASE_MIGRATION_URL'
  FROM unnest($1::text[]) AS want
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = want AND pg_has_role(session_user, oid, 'MEMBER'))
`;
