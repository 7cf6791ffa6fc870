import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import '@fontsource-variable/inter/wght.css'
import './ui/global.css'
import { savedPhoneKey } from './softphone/recovery/saved-phone-key.ts'

/** The screens leave the processor to a call that is being fetched back for this long. */
const headStartMs = 150

function hasCalls(): boolean {
  try {
    return sessionStorage.getItem(savedPhoneKey) !== null
  } catch {
    return false
  }
}

async function start(): Promise<void> {
  // A page that had a call when it was loaded anew fetches it back before anything else: somebody is waiting in silence.
  performance.mark('callsync start')
  if (hasCalls()) {
    const { bootPhone } = await import('./softphone/open-phone.ts')
    bootPhone()
    await new Promise((resolve) => setTimeout(resolve, headStartMs))
  }
  if (document.readyState === 'loading')
    await new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve, { once: true }))
  await import('./main.tsx')
}

start().catch((error: unknown) => console.error('the page could not start', error))
