import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import '@fontsource-variable/inter/wght.css'
import './ui/global.css'
import { savedPhoneKey } from './softphone/recovery/saved-phone-key.ts'
import { brokenStartsKey, startAgain } from './start-again.ts'

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
  forgetBrokenStarts()
}

function forgetBrokenStarts(): void {
  try {
    sessionStorage.removeItem(brokenStartsKey)
  } catch {
    // a browser that keeps nothing has counted nothing
  }
}

async function loadAgain(): Promise<boolean> {
  try {
    return await startAgain({
      storage: sessionStorage,
      answers: () =>
        fetch(location.href, { cache: 'no-store' }).then(
          ({ ok }) => ok,
          () => false,
        ),
      pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      reload: () => location.reload(),
    })
  } catch {
    return false
  }
}

/** Nothing is there yet to show it better, nor to know the language. */
function tell(text: string): void {
  const root = document.getElementById('root')
  if (root !== null) root.textContent = text
}

start().catch(async (error: unknown) => {
  console.error('the page could not start', error)
  tell('CallSync Central загружается ещё раз… CallSync Central is loading again…')
  if (await loadAgain()) return
  tell('CallSync Central не запустился, перезагрузите страницу. CallSync Central did not start: reload the page.')
})
