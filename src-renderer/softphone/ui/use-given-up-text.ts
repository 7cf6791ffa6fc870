import { formatPhone } from '../../app/format.ts'
import { useWords } from '../../app/i18n.ts'
import { words } from '../words.ts'
import { usePhone } from './provider.tsx'

/** What a reload or a crash did to a call that was not up yet; null for nothing. */
export function useGivenUpText(): string | null {
  const t = useWords(words)
  const givenUp = usePhone((state) => state.givenUp)
  if (givenUp === null) return null
  return (givenUp.crashed ? t.crashed : t.givenUp)[givenUp.direction](givenUp.number === '' ? null : formatPhone(givenUp.number))
}
