import type { Language } from './desk/language.ts'
import { wordsIn } from './desk/words.ts'
import { StorageFailure } from './drafts/storage-failure.ts'
import { ConfigError } from './server/config.ts'

/** What the person reads when the app cannot start. */
export function startFailureText(cause: unknown, language: Language): string {
  const t = wordsIn(language).startFailed
  if (cause instanceof ConfigError) return t[cause.problem](cause.setting)
  return cause instanceof StorageFailure ? t[cause.problem] : t.unknown(String(cause))
}
