import { MantineProvider } from '@mantine/core'
import { useEffect } from 'react'
import type { Language } from '../../server/contract/index.ts'
import { useLanguage } from '../app/i18n.ts'
import { PlatformContext } from '../app/platform.ts'
import type { Platform } from '../platform/platform.ts'
import { cssVariables } from '../ui/theme.ts'
import { useTheme } from '../ui/use-theme.ts'

interface PageFrameProps {
  readonly platform: Platform
  /** null: as chosen on this computer. */
  readonly language?: Language | null
  /** null: as chosen on this computer, else as the system. */
  readonly dark?: boolean | null
  readonly children: React.ReactNode
}

/** The house's look around a page that needs no server. */
export function PageFrame({ platform, language = null, dark = null, children }: PageFrameProps) {
  const own = useLanguage()
  useEffect(() => {
    document.documentElement.lang = language ?? own
  }, [language, own])
  const theme = useTheme()
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      {...(dark === null ? {} : { forceColorScheme: dark ? 'dark' : 'light' })}
    >
      <PlatformContext value={platform}>{children}</PlatformContext>
    </MantineProvider>
  )
}
