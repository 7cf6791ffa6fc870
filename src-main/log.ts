/** Static texts, data in fields; never what was typed, a number or a secret. */
export interface Log {
  info(text: string, fields?: Readonly<Record<string, unknown>>): void
  warn(text: string, fields?: Readonly<Record<string, unknown>>): void
}

export const silentLog: Log = { info: () => undefined, warn: () => undefined }
