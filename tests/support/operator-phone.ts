import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, expect, type Page } from '@playwright/test'
import { findChromium } from '../../scripts/chromium.ts'
import { chromiumArgs, office, signInWithPhone } from './people.ts'
import { type Heard, heardIn, voices, writeTone } from './tones.ts'

export type OperatorName = 'anna' | 'boris' | 'vera' | 'galina'

declare const window: {
  connections: { getReceivers(): { track: unknown }[]; connectionState: string }[]
  offers: number
  RTCPeerConnection: { prototype: { createOffer(...args: unknown[]): unknown } }
}
declare const AudioContext: new () => {
  sampleRate: number
  destination: unknown
  close(): Promise<void>
  createMediaStreamSource(stream: unknown): { connect(to: unknown): void }
  createScriptProcessor(
    size: number,
    inputs: number,
    outputs: number,
  ): {
    connect(to: unknown): void
    onaudioprocess: ((event: { inputBuffer: { getChannelData(channel: number): Float32Array } }) => void) | null
  }
}
declare const MediaStream: new (tracks: unknown[]) => unknown

/** An operator at the own computer: a browser whose microphone is this operator's tone. */
export class OperatorPhone {
  readonly name: OperatorName
  readonly page: Page
  readonly #browser: Browser
  readonly #folder: string

  private constructor(parts: { name: OperatorName; page: Page; browser: Browser; folder: string }) {
    this.name = parts.name
    this.page = parts.page
    this.#browser = parts.browser
    this.#folder = parts.folder
  }

  static async start(url: string, name: OperatorName): Promise<OperatorPhone> {
    const folder = mkdtempSync(join(tmpdir(), `callsync-${name}-`))
    const microphone = join(folder, 'microphone.wav')
    writeTone(microphone, voices[name], 48_000)
    const executablePath = findChromium()
    const browser = await chromium.launch({
      args: [
        ...chromiumArgs.filter((arg) => !arg.startsWith('--use-file') && !arg.startsWith('--use-fake-device')),
        '--use-fake-device-for-media-stream=device-count=2',
        `--use-file-for-fake-audio-capture=${microphone}`,
      ],
      ...(executablePath && { executablePath }),
    })
    const page = await (await browser.newContext(office)).newPage()
    page.setDefaultTimeout(20_000)
    await page.addInitScript(() => {
      window.offers = 0
      const { prototype } = window.RTCPeerConnection
      const { createOffer } = prototype
      prototype.createOffer = function (...args) {
        window.offers += 1
        return createOffer.apply(this, args)
      }
    })
    await signInWithPhone(page, url, name)
    await expect(page.getByTestId('own-status')).toBeVisible()
    return new OperatorPhone({ name, page, browser, folder })
  }

  get bar() {
    return this.page.getByTestId('call-bar')
  }

  at(testId: string) {
    return this.page.getByTestId(testId)
  }

  /** The phase of the line the bar is about. */
  async expectPhase(phase: string): Promise<void> {
    await expect(this.bar).toHaveAttribute('data-phase', phase)
  }

  /** What this operator hears in the next `ms`, over all calls of the page. */
  async hears(ms = 1000): Promise<Heard> {
    const { samples, sampleRate } = await this.page.evaluate(async (lengthMs) => {
      const tracks = window.connections
        .filter((one) => one.connectionState !== 'closed')
        .flatMap((one) => one.getReceivers().map(({ track }) => track))
      const context = new AudioContext()
      const collected: number[] = []
      const ear = context.createScriptProcessor(4096, 1, 1)
      for (const track of tracks) context.createMediaStreamSource(new MediaStream([track])).connect(ear)
      ear.connect(context.destination)
      const wanted = (lengthMs / 1000) * context.sampleRate
      const stalled = new Promise<void>((done) => setTimeout(done, 3 * lengthMs + 2000))
      const full = new Promise<void>((done) => {
        ear.onaudioprocess = ({ inputBuffer }) => {
          for (const sample of inputBuffer.getChannelData(0)) collected.push(Math.round(sample * 32_768))
          if (collected.length >= wanted) done()
        }
      })
      await Promise.race([full, stalled])
      ear.onaudioprocess = null
      await context.close()
      return { samples: collected, sampleRate: context.sampleRate }
    }, ms)
    return heardIn(
      samples.map((sample) => sample / 32_768),
      sampleRate,
    )
  }

  /** How many offers the page has made, of new calls and re-INVITEs. */
  offers(): Promise<number> {
    return this.page.evaluate(() => window.offers)
  }

  /** To the other line, once it is held: before that the key does nothing. */
  async swap(): Promise<void> {
    await expect(this.at('other-line')).toHaveAttribute('data-phase', 'held')
    await this.page.keyboard.press('Alt+S')
  }

  /** Hangs up whatever there is and finishes the wrap-up. */
  async tidy(): Promise<void> {
    await this.page.keyboard.press('Escape')
    await expect(async () => {
      if ((await this.bar.getAttribute('data-phase')) !== 'idle') await this.page.keyboard.press('F4')
      await expect(this.bar).toHaveAttribute('data-phase', 'idle', { timeout: 1_000 })
    }).toPass({ timeout: 20_000 })
    const save = this.at('card-save')
    await expect(async () => {
      if ((await save.count()) > 0) await save.first().click()
      await expect(this.at('own-status')).not.toHaveAttribute('data-status', /ringing|onCall|wrapUp/, { timeout: 1_000 })
      await expect(save).toHaveCount(0, { timeout: 1_000 })
    }).toPass({ timeout: 20_000 })
  }

  async close(): Promise<void> {
    await this.#browser.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
