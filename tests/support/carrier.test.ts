import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Carrier, callerSpeech } from './carrier.ts'
import { startTestPbx, type TestPbx } from './pbx.ts'
import { energyOf, energyPerSecond, readWav, toneShare } from './wav.ts'

let pbx: TestPbx
let carrier: Carrier

beforeAll(async () => {
  pbx = await startTestPbx({ name: 'echo' })
  carrier = await Carrier.start({ pbx, name: 'carrier' })
}, 120_000)

afterAll(async () => {
  await carrier?.stop()
  await pbx?.stop()
})

describe('a carrier calling the echo through the trunk', () => {
  it('hears its own speech, and the PBX records both sides in files of their own', { timeout: 30_000 }, async () => {
    const call = await carrier.call({ from: '+79161234567', fromName: 'Иван', to: '+74950000600' })
    expect(await call.answered).toBe(true)
    await new Promise((done) => setTimeout(done, 4000))
    await carrier.hangUp(call)
    const { heard, sent } = carrier.recording(call)
    expect(energyOf(readWav(sent))).toBeGreaterThan(0.03)
    expect(toneShare(readWav(heard), 700)).toBeGreaterThan(0.8)
    expect(energyOf(readWav(heard))).toBeGreaterThan(0.03)
    console.log(energyPerSecond(readWav(heard)), readFileSync(join(pbx.file.logDir, 'cdr-csv/Master.csv'), 'utf8'))
  })
})
