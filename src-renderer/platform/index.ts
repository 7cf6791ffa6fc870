import type { Bridge } from '../../src-preload/contract/index.ts'
import { createBrowserPlatform } from './browser.ts'
import { createDesktopPlatform } from './desktop.ts'
import type { Platform } from './platform.ts'

declare global {
  interface Window {
    /** Put there by the preload of the desktop app. */
    readonly callsync?: Bridge
  }
}

/** The platform of the host this page runs in. */
export const openPlatform = async (): Promise<Platform> =>
  window.callsync ? createDesktopPlatform(window.callsync) : createBrowserPlatform()
