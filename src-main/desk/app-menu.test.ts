import { expect, test } from 'vitest'
import { type AppMenuEntry, appMenu } from './app-menu.ts'

const platforms = ['linux', 'win32', 'darwin'] as const
const languages = ['ru', 'en'] as const
const flat = (entries: readonly AppMenuEntry[]): AppMenuEntry[] =>
  entries.flatMap((entry) => [entry, ...flat(entry.submenu ?? [])])
const rolesOf = (app: Parameters<typeof appMenu>[0]) => flat(appMenu(app)).flatMap(({ role }) => role ?? [])

test.each(platforms)('what cuts a call or opens the inside is for developers only (%s)', (platform) => {
  const forDevelopers = ['reload', 'toggleDevTools']
  const roles = (isPackaged: boolean) => rolesOf({ platform, isPackaged, language: 'ru' })
  expect(roles(true).filter((role) => forDevelopers.includes(role))).toEqual([])
  expect(roles(false)).toEqual(expect.arrayContaining(forDevelopers))
})

test.each(platforms)('the keys for editing and zooming are there (%s)', (platform) => {
  expect(rolesOf({ platform, isPackaged: true, language: 'ru' })).toEqual(
    expect.arrayContaining(['undo', 'redo', 'cut', 'copy', 'paste', 'selectAll', 'zoomIn', 'zoomOut', 'resetZoom', 'quit']),
  )
  const zoomKeys = flat(appMenu({ platform, isPackaged: true, language: 'ru' })).filter(({ role }) => role === 'zoomIn')
  expect(zoomKeys.map(({ accelerator }) => accelerator)).toEqual([undefined, 'CommandOrControl+='])
})

test('macOS has the menu of the program and of the windows', () => {
  const roles = rolesOf({ platform: 'darwin', isPackaged: true, language: 'en' })
  expect(roles).toEqual(
    expect.arrayContaining(['about', 'services', 'hide', 'hideOthers', 'unhide', 'minimize', 'close', 'front']),
  )
  expect(rolesOf({ platform: 'linux', isPackaged: true, language: 'en' })).not.toContain('close')
})

test.each(languages)('every entry of a packaged app is in the person’s language (%s)', (language) => {
  for (const platform of platforms) {
    for (const { label, type } of flat(appMenu({ platform, isPackaged: true, language }))) {
      if (type !== 'separator' && label !== 'CallSync') expect(/[а-я]/i.test(label ?? '')).toBe(language === 'ru')
    }
  }
})
