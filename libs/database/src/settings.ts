/** What this room needs to know of the node's settings; `config/settings.ts` satisfies it. */
export interface DatabaseSettings {
  /** Login's connection URL. Absent: the embedded server under `dataDir` is used. */
  databaseUrl?: string;
  /** Owner's connection URL. Absent with `databaseUrl` present: migrations are checked, never run. */
  databaseMigrationUrl?: string;
  /** Where the embedded server keeps its files. */
  dataDir: string;
  /** Most connections the pool opens. */
  poolSize: number;
}
