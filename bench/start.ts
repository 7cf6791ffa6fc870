// From `npm start` to a phone that can be rung, and what the server then takes of the memory.
import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Browser, chromium } from '@playwright/test'
import { ensureChromium } from '../scripts/chromium.ts'
import { demoPbx } from '../scripts/pbx/demo-pbx.ts'
import { launch, leave, newPlace, type Place, processesOf } from '../tests/support/launched.ts'
import { chromiumArgs, office, signInWithPhone } from '../tests/support/people.ts'
import { atMost, type Figure, forReference, percentile } from './figure.ts'

const starts = 3
const idleMs = 5_000

interface Start {
  readonly serverMs: number
  readonly phoneMs: number
  readonly memoryMb: number
}

function serverMemoryMb(place: Place): number {
  const server = processesOf(place).find(({ command }) => command.includes('server/main.ts'))
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${server?.pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) / 1024
}

/** One start, with a browser that is already open; the memory after a while with one operator signed in. */
async function measure(place: Place, browser: Browser, env: Record<string, string> = {}): Promise<Start> {
  const context = await browser.newContext(office)
  const page = await context.newPage()
  const begunMs = performance.now()
  const product = launch(place, 'start', ['--no-open'], env)
  try {
    await product.printed(`Open in a browser: ${place.url}`)
    const serverMs = performance.now() - begunMs
    await signInWithPhone(page, place.url, 'anna')
    const phoneMs = performance.now() - begunMs
    await delay(idleMs)
    return { serverMs, phoneMs, memoryMb: serverMemoryMb(place) }
  } finally {
    await context.close()
    await product.interrupt()
  }
}

export async function run(): Promise<Figure[]> {
  const executablePath = await ensureChromium()
  await demoPbx({ env: process.env, log: console.error }).fetch(console.error)
  const load = loadavg()[0] ?? 0
  const place = await newPlace()
  const browser = await chromium.launch({ executablePath, args: chromiumArgs })
  try {
    // As on a new machine: no data, and no code compiled before.
    const first = await measure(place, browser, { NODE_COMPILE_CACHE: join(place.folder, 'compiled') })
    const later: Start[] = []
    for (let count = 0; count < starts; count++) later.push(await measure(place, browser))
    const median = (pick: (start: Start) => number) => percentile(later.map(pick), 50)
    return [
      atMost(`npm start to a registered phone, median of ${starts}`, median((start) => start.phoneMs) / 1000, 's', 6),
      forReference(`npm start to a server that answers, median of ${starts}`, median((start) => start.serverMs) / 1000, 's'),
      forReference('first start on an empty folder to a registered phone', first.phoneMs / 1000, 's'),
      atMost(
        'server’s memory, idle with an operator signed in',
        median((start) => start.memoryMb),
        'MB',
        150,
      ),
      atMost('server’s memory, the same after a first start', first.memoryMb, 'MB', 150),
      forReference('machine’s load before it', load, 'processes'),
    ]
  } finally {
    await browser.close()
    leave(place)
  }
}
