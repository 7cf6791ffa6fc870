import { type WindowName, windowPaths } from '../../src-preload/contract/index.ts'

const storageKey = 'callsync.window'
const names = Object.keys(windowPaths) as WindowName[]

/**
 * Which of the app's windows a page is. A window is what it was opened as, wherever its person went since, so the first
 * path is remembered. In a browser an address is only an address: a bookmark of the settings is no window of its own.
 */
export function windowNameOf(page: { host: 'desktop' | 'browser'; path: string; remembered: string | null }): WindowName {
  const remembered = names.find((name) => name === page.remembered)
  if (page.host === 'desktop' && remembered !== undefined) return remembered
  const opened = names.find((name) => name !== 'workplace' && page.path === windowPaths[name]) ?? 'workplace'
  return page.host === 'browser' && opened === 'settings' ? 'workplace' : opened
}

/** Reads and remembers it for this page; sessionStorage belongs to one window and outlives its reloads. */
export function readWindowName(host: 'desktop' | 'browser'): WindowName {
  try {
    const name = windowNameOf({ host, path: location.pathname, remembered: sessionStorage.getItem(storageKey) })
    sessionStorage.setItem(storageKey, name)
    return name
  } catch {
    return windowNameOf({ host, path: location.pathname, remembered: null })
  }
}
