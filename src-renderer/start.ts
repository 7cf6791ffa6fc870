import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import '@fontsource-variable/inter/wght.css'
import './ui/global.css'
import type { OpenPhone } from './softphone/booted-phone.ts'
import { savedPhoneKey } from './softphone/recovery/saved-phone-key.ts'
import { brokenStartsKey, isFailedFetch, startAgain } from './start-again.ts'

/** The screens leave the processor to calls that are being fetched back, but for no longer. */
const headStartMs = 700
/** A question that went into a network that is gone would wait for minutes. */
const answerLimitMs = 5_000

/** Fetches calls back. */
let phone: OpenPhone | null = null

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
    phone = bootPhone()
    const head = new Promise((resolve) => setTimeout(resolve, headStartMs))
    await Promise.race([head, phone?.controller.callsRestored()])
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
        fetch(location.href, { cache: 'no-store', signal: AbortSignal.timeout(answerLimitMs) }).then(
          ({ ok }) => ok,
          () => false,
        ),
      pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      nowMs: () => performance.now(),
      onSilence: () =>
        tell(
          'Сервер CallSync Central не отвечает. Проверьте подключение к сети: страница откроется сама, как только он ответит.',
          'The CallSync Central server does not answer. Check the network connection: the page will open by itself as soon as it does.',
        ),
      callsSettled: async () => phone?.controller.movesSettled(),
      reload: () => location.reload(),
    })
  } catch {
    return false
  }
}

/** Nothing is there yet to show it better, nor to know the language. */
function tell(russian: string, english: string): void {
  const words = Object.entries({ ru: russian, en: english }).map(([lang, text]) =>
    Object.assign(document.createElement('p'), { lang, textContent: text }),
  )
  const alert = document.createElement('div')
  alert.setAttribute('role', 'alert')
  alert.append(...words)
  document.getElementById('root')?.replaceChildren(alert)
}

start().catch(async (error: unknown) => {
  console.error('the page could not start', error)
  if (isFailedFetch(error)) {
    tell('CallSync Central загружается ещё раз…', 'CallSync Central is loading again…')
    if (await loadAgain()) return
  }
  tell('CallSync Central не запустился. Обновите страницу.', 'CallSync Central did not start. Reload the page.')
})
