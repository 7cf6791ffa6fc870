import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { anna, boris } from '../server/calls/fixture.ts'
import { AmiEar } from './support/ami-ear.ts'
import { controlForTests, firstHz, hears, secondHz, sinceMs } from './support/control-stand.ts'
import { type Heard, heardAgainMs, tone } from './support/link-lab/tones.ts'
import { energyOf, energyPerSecond, readWav, untilRecorded, type Wav } from './support/wav.ts'

/** Call control on a real Asterisk: what the people outside hear of conferences, recordings and announcements. */

const stand = controlForTests('control')

/** How long resources/pbx/sounds/recorded.alaw is. */
const recordedMs = 3_902

/** How much of a time this tone was heard, 0 to 1. */
const share = (heard: readonly Heard[], toneHz: number): number =>
  heard.length === 0 ? 0 : heard.filter(({ tonesHz }) => tonesHz.includes(toneHz)).length / heard.length

/** 1001, the customer and somebody outside in one conference. */
async function conference() {
  const phone = await stand().phoneOf('1001')
  const first = await stand().talking(phone)
  await first.call.hold()
  const second = await stand().dialled(phone, secondHz)
  await second.call.hold()
  await first.call.unhold()
  const begun = Date.now()
  const { conferenceId } = await stand().control.startConference(anna, [first.leg, second.leg])
  await second.call.ended
  await stand().until((state) => [...state.calls.values()].some((call) => call.participants.length === 3))
  return { phone, first, second, conferenceId, begun }
}

describe('on a real Asterisk', { timeout: 90_000 }, () => {
  it('all in a conference hear each other, whoever is put out hears nobody, and the last one is not left alone', async () => {
    const { first, second, conferenceId, begun } = await conference()
    await vi.waitFor(async () => expect(share(await hears(first.outside), secondHz)).toBeGreaterThan(0.5), 10_000)
    await vi.waitFor(async () => expect(share(await hears(second.outside), firstHz)).toBeGreaterThan(0.5), 10_000)
    for (const [outside, toneHz] of [
      [first.outside, secondHz],
      [second.outside, firstHz],
    ] as const) {
      const after = (heardAgainMs(await outside.heard(), tone(toneHz), begun) ?? Number.POSITIVE_INFINITY) - begun
      expect(after).toBeLessThan(1_000)
    }
    const [call] = [...stand().telephony.state().calls.values()].filter((each) => each.conference === conferenceId)
    expect(call?.participants.map(({ endpoint }) => endpoint)).toContain('1001')

    await expect(stand().control.endConference(boris, conferenceId)).rejects.toMatchObject({ code: 'notFound' })
    const put = call?.participants.find(({ number }) => number.includes('79165550002'))?.uniqueid ?? ''
    await stand().control.removeFromConference(anna, conferenceId, put)
    await second.outside.ended
    expect(share(await hears(first.outside), secondHz)).toBe(0)

    const ended = first.call.ended
    first.outside.hangUp()
    await ended
  })

  it('a paused recording is silent in the files of both sides for that time, and both stay equally long', async () => {
    const { first } = await conference()
    const callId = [...stand().telephony.state().calls.values()].find((call) => call.direction === 'inbound')?.id ?? ''
    await delay(1_500)
    await stand().control.setRecording(anna, first.leg, true)
    await stand().until((state) => state.calls.get(callId)?.recording === 'paused')
    await delay(2_000)
    await stand().control.setRecording(anna, first.leg, false)
    await stand().until((state) => state.calls.get(callId)?.recording === 'on')
    await delay(1_500)
    await stand().control.endConference(anna, stand().telephony.state().calls.get(callId)?.conference ?? '')
    await stand().until((state) => state.calls.size === 0)

    const pathOf = (side: string) => join(stand().pbx.file.recordingsDir, `${callId}-${side}.wav`)
    // Both are written to their ends a moment after the call.
    const outside = await untilRecorded(
      pathOf('customer'),
      ({ samples }) => samples.length === readWav(pathOf('operator')).samples.length,
    )
    const operator = readWav(pathOf('operator'))
    expect(outside.samples.length).toBe(operator.samples.length)
    const [pause] = (await stand().control.callMedia({ ...anna, role: 'supervisor' }, callId)).pauses
    expect((pause?.toMs ?? 0) - (pause?.fromMs ?? 0)).toBeGreaterThanOrEqual(2_000)
    const silences = [outside, operator].map(longestSilence)
    for (const silence of silences) expect(silence.ms).toBeGreaterThan(1_900)
    for (const silence of silences) expect(silence.ms).toBeLessThan(2_600)
    expect(Math.abs((silences[0]?.fromMs ?? 0) - (silences[1]?.fromMs ?? 0))).toBeLessThan(100)
  })

  it('a voicemail drop frees the operator at once and is heard to the end', async () => {
    const phone = await stand().phoneOf('1001')
    const { call, outside, leg } = await stand().dialled(phone, secondHz)
    const atMs = Date.now()
    await stand().control.playAnnouncement(anna, { legId: leg, announcementId: 'recorded', leave: true })
    await call.ended
    expect(Date.now() - atMs).toBeLessThan(1_000)
    await outside.ended
    const heard = sinceMs(await outside.heard(), atMs)
    const spoken = heard.filter(({ sound }) => sound)
    expect((spoken.at(-1)?.atMs ?? 0) - (spoken[0]?.atMs ?? 0)).toBeGreaterThan(0.8 * recordedMs)
  })

  it('a transfer at once dials the extension after the answer; the two outside talk, and one recording goes on', async () => {
    const recordings = () =>
      readdirSync(stand().pbx.file.recordingsDir).filter((name) => !/-(customer|operator)\.wav$/.test(name))
    const before = recordings()
    const asterisk = await AmiEar.start(stand().pbx.file)
    const phone = await stand().phoneOf('1001')
    const { call, outside, leg } = await stand().talking(phone)
    const callId = [...stand().telephony.state().calls.keys()][0] ?? ''
    const request = { legId: leg, number: '979165550005', extension: '12' }
    await expect(stand().control.transferWithExtension(boris, request)).rejects.toMatchObject({ code: 'notFound' })
    const nowhere = stand().control.transferWithExtension(anna, { ...request, number: '199' })
    await expect(nowhere).rejects.toMatchObject({ code: 'pbxRefused' })
    const listening = stand().control.transferWithExtension(anna, { ...request, number: '*831002' })
    await expect(listening).rejects.toMatchObject({ code: 'pbxLacksContext' })
    const answering = stand().customers.expectCall(secondHz)
    await stand().control.transferWithExtension(anna, request)
    await call.ended
    const other = await answering
    stand().keep(other)
    await vi.waitFor(() => expect(asterisk.tones('Sent', /^PJSIP\/trunk-/)).toBe('12'), { timeout: 8_000 })
    asterisk.stop()
    await vi.waitFor(async () => expect(share(await hears(outside), secondHz)).toBeGreaterThan(0.5), 10_000)
    await vi.waitFor(async () => expect(share(await hears(other), firstHz)).toBeGreaterThan(0.5), 10_000)
    expect([...stand().telephony.state().calls.keys()]).toEqual([callId])
    outside.hangUp()
    await other.ended
    await stand().until((state) => state.calls.size === 0)
    expect(recordings().filter((name) => !before.includes(name))).toEqual([`${callId}.wav`])
  })

  /** Two outside, of whom the one called first is the operator: a phone with an ear. What each says, in Hz. */
  async function desk(tonesHz: readonly [number, number]) {
    const { customers, telephony } = stand()
    const answering = tonesHz.map((toneHz) => customers.expectCall(toneHz))
    await telephony.commands.originate({
      channel: 'PJSIP/+79165550003@trunk',
      context: 'internal',
      exten: '9+79165550004',
      callerNumber: '+79165550003',
      callerName: '',
      timeoutMs: 10_000,
    })
    const sides = await Promise.all(answering)
    stand().keep(...sides)
    await stand().until((state) => [...state.calls.values()].some(({ legs }) => legs.length === 2))
    const callId = [...telephony.state().calls.keys()][0] ?? ''
    await stand().bridged(callId)
    return { sides, callId, user: { ...anna, extension: 'trunk' }, legId: stand().legOf('trunk') }
  }

  it('an announcement is heard by both, is in the recording, and the call goes on', async () => {
    const { control, telephony, pbx } = stand()
    const { sides, callId, user, legId } = await desk([0, 0])
    for (const side of sides) expect((await hears(side)).some(({ sound }) => sound)).toBe(false)
    const play = () => control.playAnnouncement(user, { legId, announcementId: 'recorded', leave: false })
    await play()
    await expect(play()).rejects.toMatchObject({ code: 'conflict' })
    const ears = await Promise.all(sides.map((side) => hears(side)))
    for (const heard of ears) expect(heard.filter(({ sound }) => sound).length).toBeGreaterThan(20)
    await delay(4_000)
    for (const side of sides) expect((await hears(side)).some(({ sound }) => sound)).toBe(false)
    expect(await pbx.pbx.cli('core show channels')).not.toContain('announce')
    expect([...telephony.state().calls.values()].map(({ legs }) => legs.length)).toEqual([2])
    for (const side of sides) side.hangUp()
    await stand().until((state) => state.calls.size === 0)
    const recorded = await untilRecorded(join(pbx.file.recordingsDir, `${callId}.wav`), (wav) => energyOf(wav) > 0.02)
    const spoken = energyPerSecond(recorded).filter((level) => level > 0.02).length
    expect(spoken).toBeGreaterThanOrEqual(3)
    expect(spoken).toBeLessThanOrEqual(6)
  })

  it('an announcement into a queue’s call is on the operator’s side of the recording', async () => {
    const { control, telephony, pbx } = stand()
    const phone = await stand().phoneOf('1001')
    const { outside, leg } = await stand().talking(phone, 0)
    const callId = [...telephony.state().calls.keys()][0] ?? ''
    await control.playAnnouncement(anna, { legId: leg, announcementId: 'recorded', leave: false })
    expect((await hears(outside)).filter(({ sound }) => sound).length).toBeGreaterThan(20)
    await delay(3_500)
    outside.hangUp()
    await stand().until((state) => state.calls.size === 0)
    const fileOf = (side: string) => join(pbx.file.recordingsDir, `${callId}-${side}.wav`)
    expect(energyOf(await untilRecorded(fileOf('operator'), (wav) => energyOf(wav) > 0.02))).toBeGreaterThan(0.02)
    expect(energyOf(readWav(fileOf('customer')))).toBeLessThan(0.01)
  })

  it('an announcement is stopped, and both go on hearing each other', async () => {
    const { control, pbx } = stand()
    const { sides, user, legId } = await desk([firstHz, secondHz])
    await control.playAnnouncement(user, { legId, announcementId: 'called-you', leave: false })
    const during = await Promise.all(sides.map((side) => hears(side)))
    await control.stopAnnouncement(user, legId)
    await vi.waitFor(async () => expect(await pbx.pbx.cli('core show channels')).not.toContain('announce'), { timeout: 4_000 })
    const after = await Promise.all(sides.map((side) => hears(side)))
    for (const [index, toneHz] of [secondHz, firstHz].entries()) {
      expect(share(during[index] ?? [], toneHz)).toBeGreaterThan(0.2)
      expect(share(after[index] ?? [], toneHz)).toBeGreaterThan(0.8)
    }
    await expect(control.stopAnnouncement(user, legId)).resolves.toBeUndefined()
  })

  it('a sound that Asterisk does not have is told of, into the call and to the other side alone; the call outlives the first', async () => {
    const { control } = stand()
    const { sides, user, legId } = await desk([firstHz, secondHz])
    const announcementId = 'absent'
    const absent = { id: announcementId, language: 'ru', ru: 'Нет', en: 'None', sound: 'custom/absent' } as const
    await control.saveAnnouncements([...(await control.announcements()), absent])
    const play = (leave: boolean) => control.playAnnouncement(user, { legId, announcementId, leave })
    await expect(play(false)).rejects.toMatchObject({ code: 'pbxLacksSound' })
    await vi.waitFor(async () => expect((await control.announcementState(user, legId)).playing).toBe(false), { timeout: 6_000 })
    for (const [index, toneHz] of [secondHz, firstHz].entries()) {
      const side = sides[index]
      if (side) expect(share(await hears(side), toneHz)).toBeGreaterThan(0.5)
    }
    await expect(play(true)).rejects.toMatchObject({ code: 'pbxLacksSound' })
  })
})

/** The longest time without a sound that is neither at the beginning nor at the end. */
function longestSilence({ samples, sampleRate }: Wav): { fromMs: number; ms: number } {
  const slice = sampleRate / 50
  const loud: number[] = []
  for (let at = 0; at + slice <= samples.length; at += slice) {
    if (samples.subarray(at, at + slice).some((sample) => Math.abs(sample) > 0.01)) loud.push(at / slice)
  }
  let longest = { fromMs: 0, ms: 0 }
  for (const [index, at] of loud.entries()) {
    const ms = 20 * (at - (loud[index - 1] ?? at))
    if (ms > longest.ms) longest = { fromMs: 20 * (loud[index - 1] ?? 0), ms }
  }
  return longest
}
