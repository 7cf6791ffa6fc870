import { windowPaths } from '../../src-preload/contract/index.ts'
import { absentCapabilities, absentOnThisHost } from './absent.ts'
import { createIndexedDbDrafts } from './browser-drafts.ts'
import type { Platform } from './platform.ts'
import { watchResume } from './resume.ts'

/** The browser host: what the web offers, and honest absences for the rest. */
export function createBrowserPlatform(options: { databaseName?: string } = {}): Platform {
  // Without it the browser may throw drafts away when the disk runs low. Browsers that refuse answer false.
  navigator.storage?.persist?.().catch(() => undefined)

  return {
    host: 'browser',
    capabilities: { secretStore: false, windows: true, ...absentCapabilities },
    serverUrl: '',
    drafts: createIndexedDbDrafts(options.databaseName ?? 'callsync'),
    // The server's httpOnly cookie is the session here; nothing of it may be readable by a script.
    secrets: { get: async () => null, set: async () => undefined, state: async () => 'unavailable' },
    windows: {
      async open(name) {
        window.open(windowPaths[name], `callsync-${name}`)?.focus()
      },
      async focus() {
        window.focus()
      },
    },
    notifications: { show: showNotification },
    files: {
      async download({ name, path }) {
        const link = document.createElement('a')
        link.href = path
        link.download = name
        link.click()
        return true
      },
    },
    ...absentOnThisHost,
    onResume: (listener) =>
      watchResume(
        {
          now: () => Date.now(),
          isHidden: () => document.hidden,
          everySecond: (tick) => {
            const timer = setInterval(tick, 1_000)
            return () => clearInterval(timer)
          },
          onVisible: (onVisible) => {
            const onChange = () => {
              if (!document.hidden) onVisible()
            }
            document.addEventListener('visibilitychange', onChange)
            return () => document.removeEventListener('visibilitychange', onChange)
          },
        },
        listener,
      ),
  } satisfies Platform
}

const shown = new Map<string, Notification>()

function showNotification({ id, title, body, onClick }: Parameters<Platform['notifications']['show']>[0]): () => void {
  let closed = false
  const show = () => {
    if (closed || shown.has(id)) return
    try {
      const notification = new Notification(title, { body, tag: id, requireInteraction: true })
      shown.set(id, notification)
      notification.onclick = () => onClick()
      notification.onclose = () => shown.delete(id)
    } catch {
      // Phones show notifications only from a service worker; the page itself rings all the same.
    }
  }
  if ('Notification' in window) {
    if (Notification.permission === 'granted') show()
    else if (Notification.permission === 'default') {
      Notification.requestPermission()
        .then((permission) => permission === 'granted' && show())
        .catch(() => undefined)
    }
  }
  return () => {
    closed = true
    shown.get(id)?.close()
    shown.delete(id)
  }
}
