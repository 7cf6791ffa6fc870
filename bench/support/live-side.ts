/**
 * What an event from Asterisk waits for before the server knows of it: a process of its own plays recorded calls over a socket, a
 * good many at once, and each event says when it was written.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pino } from 'pino'
import { z } from 'zod'
import { systemClock } from '../../server/clock.ts'
import { createTelephony } from '../../server/telephony/index.ts'

export interface LiveSide {
  /** Of each event since it was asked last, in ms. */
  takeDelays(): number[]
  stop(): Promise<void>
}

/** Both processes' clock, finer than milliseconds. */
export const preciseMs = (): number => performance.timeOrigin + performance.now()

/** What the process that plays the calls says first. */
const Begun = z.object({ port: z.number(), secret: z.string() })

export async function startLiveSide(eventsPerS: number): Promise<LiveSide> {
  const child: ChildProcess = fork(join(import.meta.dirname, 'live-side-child.ts'), [String(eventsPerS)])
  const { port, secret } = Begun.parse((await once(child, 'message'))[0])
  const telephony = createTelephony({ clock: systemClock, random: Math.random, logger: pino({ level: 'silent' }) })
  let delays: number[] = []
  telephony.onEvents((events) => {
    const sent = events.flatMap(({ fields }) => (fields['senttime'] === undefined ? [] : [Number(fields['senttime'])]))
    // After the state has taken them in and its listeners were told.
    queueMicrotask(() => {
      const now = preciseMs()
      for (const at of sent) delays.push(now - at)
    })
  })
  const up = new Promise<void>((done) => {
    telephony.onStatus(({ state }) => {
      if (state === 'up') done()
    })
  })
  telephony.use({ host: '127.0.0.1', port, user: 'callsync', secret })
  await up
  child.send('begin')
  return {
    takeDelays() {
      const taken = delays
      delays = []
      return taken
    },
    async stop() {
      await telephony.stop()
      child.kill()
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}
