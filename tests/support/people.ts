import { join } from 'node:path'
import { type BrowserContextOptions, expect as expectWithin, type Page } from '@playwright/test'
import { demoPeople } from '../../server/demo/index.ts'
import { disabledFeatures } from './chromium-features.ts'
import { project } from './pbx.ts'

/** As patient as playwright.config.ts, in benches too, which run without it. */
export const expect = expectWithin.configure({ timeout: 15_000 })

/** What the operator says into the microphone: a 1300 Hz tone, then words. */
export const operatorSpeech = join(project, 'tests/fixtures/operator-speech.wav')

/** Chromium with a microphone that plays a file, asks for no permission, and looks for nothing on the internet. */
export const chromiumArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  disabledFeatures,
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  `--use-file-for-fake-audio-capture=${operatorSpeech}`,
  '--autoplay-policy=no-user-gesture-required',
]

/** As an operator's office computer has it. */
export const office: BrowserContextOptions = {
  locale: 'ru-RU',
  timezoneId: 'Europe/Moscow',
  viewport: { width: 1280, height: 720 },
}

type Person = 'anna' | 'boris' | 'vera' | 'galina' | 'admin'

/** Opens the product and signs in with one click as a demo person. */
export async function signIn(page: Page, url: string, person: Person): Promise<void> {
  const name = demoPeople.find((one) => one.email.startsWith(`${person}@`))?.name ?? person
  await page.goto(url)
  await page.getByRole('button', { name }).click()
  await expect(page.getByRole('button', { name: `Меню пользователя: ${name}` })).toBeVisible()
}

/** Signs in and waits until the phone can be called. */
export async function signInWithPhone(page: Page, url: string, person: Person): Promise<void> {
  await watchConnections(page)
  await signIn(page, url, person)
  await expect(page.getByTestId('phone-state')).toHaveAttribute('data-value', 'registered')
}

declare const window: { connections: RTCPeerConnection[]; RTCPeerConnection: typeof RTCPeerConnection }
interface RTCPeerConnection {
  getStats(): Promise<
    Map<string, { type: string; kind?: string; packetsSent?: number; packetsReceived?: number; totalAudioEnergy?: number }>
  >
}
declare const RTCPeerConnection: new (...args: unknown[]) => RTCPeerConnection

/** Keeps the page's peer connections at hand, from outside the product. */
async function watchConnections(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.connections = []
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(...args: unknown[]) {
        super(...args)
        window.connections.push(this)
      }
    }
  })
}

export interface Media {
  readonly packetsSent: number
  readonly packetsReceived: number
  /** Of what the operator hears; grows only with sound. */
  readonly energyHeard: number
}

/** The media of the page's newest call, since its start. */
export function media(page: Page): Promise<Media> {
  return page.evaluate(async () => {
    const found = { packetsSent: 0, packetsReceived: 0, energyHeard: 0 }
    const stats = await window.connections.at(-1)?.getStats()
    for (const one of stats?.values() ?? []) {
      if (one.kind !== 'audio') continue
      if (one.type === 'outbound-rtp') found.packetsSent += one.packetsSent ?? 0
      if (one.type !== 'inbound-rtp') continue
      found.packetsReceived += one.packetsReceived ?? 0
      found.energyHeard += one.totalAudioEnergy ?? 0
    }
    return found
  })
}
