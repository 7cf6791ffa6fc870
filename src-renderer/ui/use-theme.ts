import type { MantineThemeOverride } from '@mantine/core'
import { useMemo } from 'react'
import { useWords } from '../app/i18n.ts'
import { themeIn } from './theme.ts'
import { words } from './words.ts'

/** The house's look, with the names of what has no words on it. */
export function useTheme(): MantineThemeOverride {
  const { close } = useWords(words)
  return useMemo(() => themeIn({ close }), [close])
}
