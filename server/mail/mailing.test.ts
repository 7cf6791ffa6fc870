import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { MailTrouble } from '../contract/index.ts'
import { dueMailing, type Mailing, type MailingEvent, nextMailing, retryAfterMs } from './mailing.ts'

const trouble: MailTrouble = { problem: 'reach', detail: 'x', refused: [] }

it('is tried later and later, given up in the end, and begun anew when somebody asks', () => {
  let mailing = dueMailing(0)
  let nowMs = 0
  const waits: number[] = []
  for (const _ of [...retryAfterMs, 0]) {
    mailing = nextMailing(mailing, { kind: 'taken' }, nowMs)
    expect(mailing).toMatchObject({ state: 'sending', nextAtMs: null })
    mailing = nextMailing(mailing, { kind: 'failed', trouble }, nowMs)
    if (mailing.nextAtMs !== null) waits.push(mailing.nextAtMs - nowMs)
    nowMs = mailing.nextAtMs ?? nowMs
  }
  expect(waits).toEqual(retryAfterMs)
  expect(mailing).toMatchObject({ state: 'failed', nextAtMs: null, trouble })
  expect(nextMailing(mailing, { kind: 'asked' }, 9)).toMatchObject({ state: 'waiting', attempts: 0, nextAtMs: 9 })
})

it('goes out again when the server went down over it', () => {
  const sending = nextMailing(dueMailing(0), { kind: 'taken' }, 1)
  expect(nextMailing(sending, { kind: 'restarted' }, 5)).toMatchObject({ state: 'waiting', attempts: 1, nextAtMs: 5 })
})

it('is sent once, whatever comes after and in which order', () => {
  const event = fc.oneof(
    fc.constantFrom<MailingEvent>({ kind: 'taken' }, { kind: 'restarted' }, { kind: 'asked' }, { kind: 'dropped' }),
    fc.constantFrom<MailingEvent>({ kind: 'sent', trouble: null }, { kind: 'failed', trouble }),
  )
  fc.assert(
    fc.property(fc.array(event), (events) => {
      let mailing: Mailing = dueMailing(0)
      let taken = 0
      for (const [at, one] of events.entries()) {
        const next = nextMailing(mailing, one, at)
        if (mailing.state === 'sent' || mailing.state === 'dropped') expect(next).toEqual(mailing)
        if (next.state === 'sending' && mailing.state !== 'sending') taken++
        if (next.state === 'sent' && mailing.state !== 'sent') expect(taken).toBeGreaterThan(0)
        mailing = next
      }
      expect(mailing.nextAtMs !== null).toBe(mailing.state === 'waiting')
    }),
  )
})
