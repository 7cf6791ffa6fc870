import { type MantineColorScheme, SegmentedControl, useMantineColorScheme } from '@mantine/core'
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react'
import type { Language } from '../../server/contract/index.ts'
import { setLanguage, useLanguage, useWords } from './i18n.ts'
import { words } from './words.ts'

const languages: { value: Language; label: string }[] = [
  { value: 'ru', label: 'Русский' },
  { value: 'en', label: 'English' },
]

export function LanguageSwitch() {
  const t = useWords(words)
  return (
    <SegmentedControl
      aria-label={t.menu.language}
      size="xs"
      data={languages}
      value={useLanguage()}
      onChange={(value) => setLanguage(value)}
    />
  )
}

const schemes: { value: MantineColorScheme; icon: typeof IconSun }[] = [
  { value: 'light', icon: IconSun },
  { value: 'dark', icon: IconMoon },
  { value: 'auto', icon: IconDeviceDesktop },
]

export function ThemeSwitch() {
  const t = useWords(words)
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true })
  return (
    <SegmentedControl
      aria-label={t.menu.theme}
      size="xs"
      data={schemes.map(({ value, icon: SchemeIcon }) => ({
        value,
        label: <SchemeIcon size={16} stroke={1.5} aria-label={t.menu.themes[value]} style={{ display: 'block' }} />,
      }))}
      value={colorScheme}
      onChange={(value) => setColorScheme(value)}
    />
  )
}
