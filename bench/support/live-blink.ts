import { setTimeout as delay } from 'node:timers/promises'
import { atMost, type Figure, forReference, percentile } from '../figure.ts'
import type { Blink } from './live-readers.ts'
import type { LiveSockets } from './live-sockets.ts'
import { isOfMark, type Sent } from './marks.ts'
import { processorMs, residentMb } from './server-load.ts'

/** Long enough for everybody to have tried in vain, so that all are on their way back when it opens. */
const awayMs = 3_000
/** Until the product's back-off begins anew: a ping after 5 s, and its answer. */
const calmMs = 7_000
const listenMs = 1_000
const sampleMs = 20

export interface Blinks {
  readonly blinks: readonly (Blink & { readonly busyMs: number; readonly largestMb: number })[]
  readonly largestBetweenMb: number
}

/** All sockets broken at once, again and again, while the calls go on. */
export async function blinkWhile(forMs: number, of: { readonly pid: number; readonly sockets: LiveSockets }): Promise<Blinks> {
  const { pid, sockets } = of
  const endMs = Date.now() + forMs
  const blinks: Blinks['blinks'][number][] = []
  let largestBetweenMb = residentMb(pid)
  while (Date.now() + awayMs + calmMs + 3 * listenMs < endMs) {
    let largestMb = 0
    let busyAtMs: { readonly at: number; readonly busy: number }[] = []
    const sampler = setInterval(() => {
      largestMb = Math.max(largestMb, residentMb(pid))
      busyAtMs.push({ at: performance.timeOrigin + performance.now(), busy: processorMs(pid) })
    }, sampleMs)
    const blink = await sockets.blink(awayMs, listenMs).finally(() => clearInterval(sampler))
    const lastMs = Math.max(...blink.wholeAtMs)
    busyAtMs = busyAtMs.filter(({ at }) => at >= blink.backAtMs - sampleMs && at <= lastMs + 2 * sampleMs)
    blinks.push({ ...blink, busyMs: (busyAtMs.at(-1)?.busy ?? 0) - (busyAtMs[0]?.busy ?? 0), largestMb })
    await delay(calmMs)
    largestBetweenMb = Math.max(largestBetweenMb, residentMb(pid))
  }
  return { blinks, largestBetweenMb }
}

export function blinkFigures({ blinks, largestBetweenMb }: Blinks, sent: readonly Sent[], sockets: number): Figure[] {
  const waits = blinks.flatMap(({ wholeAtMs, backAtMs }) => wholeAtMs.map((atMs) => atMs - backAtMs))
  const delays = blinks.flatMap((blink) => delaysIn(blink, sent))
  if (delays.length < 100 * blinks.length) throw new Error('hardly anything was told while they came back')
  const largest = (of: (blink: Blinks['blinks'][number]) => number) => Math.max(...blinks.map(of))
  return [
    forReference(`all ${sockets} live sockets lost at once for ${awayMs / 1_000} s: how often`, blinks.length, 'times'),
    // In 3 s a person does not reach for the reload key yet, which would make everything slower for all. A part of it is the pages' own
    // pause between two tries, 0.4 to 0.8 s, which keeps them from coming all in one moment.
    atMost('live: from the way open to the last whole view, worst', Math.max(...waits), 'ms', 3_000),
    forReference('live: the same, of all sockets p50', percentile(waits, 50), 'ms'),
    forReference('live: the same, of all sockets p99', percentile(waits, 99), 'ms'),
    // Who is back already, or never was away, must not feel that others are coming.
    atMost('live: event in to a socket that is back while others come, p99', percentile(delays, 99), 'ms', 250),
    forReference('live: the same, p50', percentile(delays, 50), 'ms'),
    forReference(
      'live: server’s processor time until all were back, most',
      largest(({ busyMs }) => busyMs),
      'ms',
    ),
    forReference('live: server’s memory before and between, largest', largestBetweenMb, 'MB'),
    atMost(
      'live: server’s memory while they came back, largest',
      largest(({ largestMb }) => largestMb),
      'MB',
      300,
    ),
  ]
}

/** Of each event that was sent while they came back: to each of those who had their view already. */
function delaysIn({ backAtMs, wholeAtMs, told }: Blink, sent: readonly Sent[]): number[] {
  const lastMs = Math.max(...wholeAtMs)
  const meanwhile = sent.filter(({ atMs }) => atMs >= backAtMs && atMs <= lastMs)
  return meanwhile.flatMap(({ marks, atMs }) =>
    marks.flatMap((mark) =>
      told.flatMap((one) =>
        isOfMark(one.what, mark, atMs) && (wholeAtMs[one.reader] ?? Number.POSITIVE_INFINITY) <= atMs ? [one.atMs - atMs] : [],
      ),
    ),
  )
}
