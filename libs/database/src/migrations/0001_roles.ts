import type { Migration } from '../migration.js';

/**
 * The roles a transaction may take, and the second wall: `protect_state_table`.
 *
 * Roles belong to the whole server, so they may be there already, and two databases may create them at once.
 */
export const roles: Migration = {
  id: '0001_roles',
  sql: `
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['comity_app', 'comity_worker', 'comity_operator'] LOOP
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', name);
      END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL; -- another database of this server created it in the same moment
    END;
  END LOOP;
END $$;

GRANT USAGE ON SCHEMA public TO comity_app, comity_worker, comity_operator;
GRANT SELECT ON schema_migration TO comity_app, comity_worker, comity_operator;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- Walls a table off by State, its owner included. Outside a transaction of inTransaction the setting is NULL or '',
-- which equals no State: no row is seen and none can be written.
CREATE PROCEDURE protect_state_table(tbl regclass) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tbl);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', tbl);
  EXECUTE format(
    'CREATE POLICY state_wall ON %s USING (state = current_setting(''comity.state'', true))'
    ' WITH CHECK (state = current_setting(''comity.state'', true))', tbl);
END $$;
`,
};
