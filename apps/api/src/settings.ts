/** What the HTTP process needs to know of the node's settings; `config/settings.ts` satisfies it. */
export interface ApiSettings {
  /** Address to listen on. */
  host: string;
  port: number;
  /** `on`: the worker runs in this process too (the one-process default). */
  worker: 'on' | 'off';
  /** Longest sleep of the worker between rounds, in milliseconds. */
  workerPollMs: number;
  /** Longest JSON body in bytes. */
  bodyLimitBytes: number;
  /** Level of the JSON log: fatal, error, warn, info, debug, silent. */
  logLevel: string;
}
