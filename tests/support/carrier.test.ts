import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Carrier } from './carrier.ts'
import { startTestPbx, type TestPbx } from './pbx.ts'
import { SipSocket } from './sip-socket.ts'
import { energyOf, readWav, toneShare, untilRecorded } from './wav.ts'

let pbx: TestPbx
let carrier: Carrier

beforeAll(async () => {
  pbx = await startTestPbx({ name: 'pbx' })
  carrier = await Carrier.start({ pbx, name: 'carrier' })
}, 120_000)

afterAll(async () => {
  await carrier?.stop()
  await pbx?.stop()
})

const hasCallersTone = (path: string) => untilRecorded(path, (wav) => toneShare(wav, 700) > 0.8)

/** The PBX's CDR rows of a caller: number, linkedid and recording. */
function cdrOf(number: string) {
  const rows = parse(readFileSync(join(pbx.file.logDir, 'cdr-csv/Master.csv'), 'utf8')) as string[][]
  return rows
    .filter((row) => row[1] === number)
    .map((row) => ({ uniqueid: row[16] ?? '', userfield: row[17] ?? '', linkedid: row[19] ?? '' }))
}

describe('a carrier calling through the trunk', { timeout: 40_000 }, () => {
  it('hears the echo of its speech', async () => {
    const call = await carrier.call({ from: '+79160000001', to: '+74950000600' })
    expect(await call.answered).toBe(true)
    const { heard, sent } = carrier.recording(call)
    expect(energyOf(await hasCallersTone(sent))).toBeGreaterThan(0.03)
    expect(energyOf(await hasCallersTone(heard))).toBeGreaterThan(0.03)
    await carrier.hangUp(call)
    expect(await call.ended).toBe(16)
  })

  it('hears nothing of itself where nobody echoes', async () => {
    const call = await carrier.call({ from: '+79160000002', to: '+74950000602', play: null })
    const heard = await untilRecorded(carrier.recording(call).heard, (wav) => energyOf(wav) > 0.03)
    await carrier.hangUp(call)
    expect(toneShare(heard, 700)).toBeLessThan(0.5)
    expect(energyOf(readWav(carrier.recording(call).sent))).toBeLessThan(0.001)
  })

  it('is refused a number that is none', async () => {
    const call = await carrier.call({ from: '+79160000003', to: '+74959999999' })
    expect(await call.answered).toBe(false)
    expect(await call.ended).toBe(1)
  })

  it('is recorded by a queue with each side in a file of its own, equally long', async () => {
    const member = 'Local/+79990000001@pstn'
    await pbx.pbx.cli(`queue add member ${member} to 702`)
    const call = await carrier.call({ from: '+79160000004', to: '+74950000702' })
    expect(await call.answered).toBe(true)
    // the person speaks a second after taking the call; then both have spoken
    const ringing = carrier.recording(call)
    await untilRecorded(ringing.heard, (wav) => wav.samples.length > 8 * wav.sampleRate)
    await carrier.hangUp(call)
    await expect.poll(() => cdrOf('+79160000004').filter((row) => row.userfield !== '').length).toBeGreaterThan(0)
    const mixed = cdrOf('+79160000004').find((row) => row.userfield !== '')?.userfield ?? ''
    const customer = readWav(mixed.replace('.wav', '-customer.wav'))
    const operator = readWav(mixed.replace('.wav', '-operator.wav'))
    expect(toneShare(customer, 700)).toBeGreaterThan(0.8)
    expect(toneShare(operator, 700)).toBeLessThan(0.5)
    expect(energyOf(operator)).toBeGreaterThan(0.03)
    expect(customer.samples.length).toBe(operator.samples.length)
    await pbx.pbx.cli(`queue remove member ${member} from 702`)
  })

  it("tells the operator's phone which call and which leg it rings for", async () => {
    const { socketUrl, sipDomain: domain, extensions } = pbx.file
    const password = extensions.find(({ extension }) => extension === '1001')?.sipPassword ?? ''
    const phone = await SipSocket.register({ socketUrl, domain, extension: '1001', password })
    // The queue turns a caller away as long as it takes the phone for unavailable: it asks the phone first.
    await expect.poll(() => pbx.pbx.cli('queue show 701'), { timeout: 10_000 }).toMatch(/PJSIP\/1001.*Not in use/)
    const call = await carrier.call({ from: '+79160000005', to: '+74950000701' })
    const invite = await phone.invite()
    expect(invite.headers['from']).toContain('+79160000005')
    await carrier.hangUp(call)
    phone.close()
    await expect.poll(() => cdrOf('+79160000005').length).toBeGreaterThan(0)
    const [row] = cdrOf('+79160000005')
    expect(invite.headers['x-callsync-call']).toBe(row?.linkedid)
    expect(invite.headers['x-callsync-leg']).toMatch(/^pbx-\d+\.\d+$/)
    expect(invite.headers['x-callsync-leg']).not.toBe(row?.linkedid)
  })

  it('answers calls out of the PBX, or not, by the last digits', async () => {
    const [busy, person] = ['9+74957770486', '9+74957770111']
    await pbx.pbx.cli(`channel originate Local/${busy}@internal application Wait 5`)
    await pbx.pbx.cli(`channel originate Local/${person}@internal application Wait 20`)
    await expect.poll(() => carrier.recordingTo('+74957770111'), { timeout: 10_000 }).not.toBeNull()
    const sent = carrier.recordingTo('+74957770111')?.sent ?? ''
    expect(energyOf(await untilRecorded(sent, (wav) => energyOf(wav) > 0.03))).toBeGreaterThan(0.03)
    expect(carrier.recordingTo('+74957770486')).toBeNull()
  })

  it('leaves no Asterisk and no folder when stopped', async () => {
    const extra = await startTestPbx({ name: 'short' })
    const pid = extra.pbx.pid
    expect(pid).not.toBeNull()
    expect(readdirSync(extra.file.recordingsDir)).toEqual([])
    await extra.stop()
    expect(existsSync(`/proc/${pid}`)).toBe(false)
    expect(existsSync(extra.filePath)).toBe(false)
  })
})
