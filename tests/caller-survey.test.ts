import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { galina } from '../server/calls/fixture.ts'
import { AmiEar } from './support/ami-ear.ts'
import { controlForTests } from './support/control-stand.ts'
import type { CustomerCall } from './support/link-lab/customers.ts'
import type { ScriptedPhone } from './support/scripted-phone.ts'

/** Callers asked after the call, on a real Asterisk: what they hear, press, and what is kept of it. */

const stand = controlForTests('survey')

/** 1001 has talked with a customer of 701, and hung up. */
async function hungUpOn(): Promise<{ phone: ScriptedPhone; outside: CustomerCall; callId: string }> {
  const phone = await stand().phoneOf('1001')
  const { call, outside } = await stand().talking(phone)
  const callId = [...stand().telephony.state().calls.keys()][0] ?? ''
  await call.hangUp()
  return { phone, outside, callId }
}

const surveyOf = async (callId: string) => (await stand().surveys()).find((each) => each.call_id === callId)

/** Asterisk's own lines of the call. */
const cdrOf = (callId: string) =>
  readFileSync(join(stand().pbx.file.logDir, 'cdr-csv/Master.csv'), 'utf8')
    .split('\n')
    .filter((line) => line.includes(callId))

describe('on a real Asterisk', { timeout: 60_000 }, () => {
  it('a customer whose operator hung up hears the question, presses a digit, and it is kept with the operator', async () => {
    await stand().surveyed.set('701', true, galina)
    const { outside, callId } = await hungUpOn()
    await vi.waitFor(async () => expect(await surveyOf(callId)).toMatchObject({ score: null }), 5_000)
    expect(outside.hungUpAtMs).toBeNull()
    const askedAtMs = Date.now()
    await vi.waitFor(async () => {
      const heard = (await outside.heard()).filter(({ atMs, sound }) => sound && atMs > askedAtMs)
      expect(heard.length).toBeGreaterThan(20)
    }, 5_000)
    outside.press(4)
    await outside.ended
    expect(outside.hungUpAtMs).not.toBeNull()
    const kept = { queue_number: '701', operator_id: 'anna', score: 4 }
    await vi.waitFor(async () => expect(await surveyOf(callId)).toMatchObject(kept), 5_000)
    await stand().until((state) => state.calls.size === 0)
    // The survey is no part of the record of the call.
    await vi.waitFor(() => expect(cdrOf(callId)).not.toEqual([]), 5_000)
    const lines = cdrOf(callId)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('"Queue"')
  })

  it('asks once more after a digit that is none of the five', async () => {
    await stand().surveyed.set('701', true, galina)
    const { outside, callId } = await hungUpOn()
    await vi.waitFor(async () => expect(await surveyOf(callId)).toBeDefined(), 5_000)
    const asterisk = await AmiEar.start(stand().pbx.file)
    outside.press(9)
    await vi.waitFor(() => expect(asterisk.tones('Received', /^PJSIP\/trunk-/)).toBe('9'), 5_000)
    asterisk.stop()
    // Until the second question listens.
    await vi.waitFor(
      async () => {
        outside.press(1)
        expect(await surveyOf(callId)).toMatchObject({ score: 1 })
      },
      { timeout: 15_000, interval: 1_000 },
    )
    await outside.ended
  })

  it('counts a customer who hangs up at the question as asked', async () => {
    await stand().surveyed.set('701', true, galina)
    const { outside, callId } = await hungUpOn()
    await vi.waitFor(async () => expect(await surveyOf(callId)).toBeDefined(), 5_000)
    outside.hangUp()
    await stand().until((state) => state.calls.size === 0)
    expect(await surveyOf(callId)).toMatchObject({ operator_id: 'anna', score: null })
  })

  it('asks nobody where it is off, nor who hangs up before the operator', async () => {
    await stand().surveyed.set('701', false, galina)
    const off = await hungUpOn()
    await off.outside.ended
    expect(off.outside.hungUpAtMs).not.toBeNull()
    await vi.waitFor(() => expect(cdrOf(off.callId)).toHaveLength(1), 5_000)

    await stand().surveyed.set('701', true, galina)
    const { call, outside } = await stand().talking(off.phone)
    const [callId = ''] = stand().telephony.state().calls.keys()
    outside.hangUp()
    await call.ended
    await stand().until((state) => state.calls.size === 0)
    expect([await surveyOf(off.callId), await surveyOf(callId)]).toEqual([undefined, undefined])
  })
})
