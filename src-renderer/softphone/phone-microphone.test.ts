import { beforeEach, describe, expect, it } from 'vitest'
import { settle } from '../platform/manual-clock.ts'
import { defaultAudio } from './media/audio-settings.ts'
import { PhoneStand } from './testing/phone-stand.ts'

/** The microphone in a call: headsets that come and go, and what a person chooses. */

let stand: PhoneStand
let link: PhoneStand['link']
let media: PhoneStand['media']
let clock: PhoneStand['clock']
let phone: PhoneStand['phone']

beforeEach(() => {
  stand = new PhoneStand()
  ;({ link, media, clock, phone } = stand)
})

it('does not leave the operator unheard when the headset is unplugged in a call', async () => {
  await stand.talking()
  media.opened[0]?.unplug()
  await settle()
  expect(link.asked.at(-1)).toBe('replaceMicrophone in-1')
  expect(media.opened.map((stream) => stream.stopped)).toEqual([true, false])
})

it('keeps the call when the only microphone is unplugged, and says that it is missing', async () => {
  await stand.talking()
  media.state = 'missing'
  media.opened[0]?.unplug()
  await settle()
  expect(stand.phaseOf('in-1')).toBe('active')
  expect(stand.state().microphone).toBe('missing')
  expect(link.asked).not.toContain('replaceMicrophone in-1')
})

describe('with a headset that drops out', () => {
  const headset = { id: 'h1', label: 'Jabra' }
  const laptop = { id: 'l1', label: 'Built-in' }
  const microphone = () => media.opened.at(-1)?.getTracks()[0]?.label
  const asked = () => link.asked.filter((what) => what.endsWith('in-1') && !what.startsWith('accept'))

  /** The loss of the track and the news of the device come in either order. */
  async function dropOut(system: string | null = null): Promise<void> {
    media.plug([laptop], system)
    media.opened.at(-1)?.unplug()
    await settle()
  }

  it('talks into another one meanwhile, says so, and takes it again when it is back', async () => {
    media.plug([laptop, headset])
    await phone.chooseDevices({ microphone: headset.id })
    await stand.talking()
    await settle()
    expect(stand.state().substitute).toBeNull()
    await dropOut()
    expect(microphone()).toBe('Built-in')
    expect(stand.state().substitute).toEqual({ missing: 'Jabra', used: 'Built-in' })
    media.plug([laptop, headset])
    await settle()
    expect(microphone()).toBe('Jabra')
    expect(stand.state().substitute).toBeNull()
    // Nothing of it goes to the PBX: no hold, no re-INVITE.
    expect(asked()).toEqual(['replaceMicrophone in-1', 'replaceMicrophone in-1'])
  })

  it('takes it again under another id, as it has on another port', async () => {
    media.plug([laptop, headset])
    await phone.chooseDevices({ microphone: headset.id })
    await stand.talking()
    await dropOut()
    media.plug([laptop, { ...headset, id: 'h2' }])
    await settle()
    expect(microphone()).toBe('Jabra')
    expect(stand.state().substitute).toBeNull()
  })

  it('goes back to the system’s own, where none was chosen', async () => {
    media.plug([laptop, headset], headset.id)
    await stand.talking()
    await settle()
    await dropOut(laptop.id)
    expect(stand.state().substitute).toEqual({ missing: 'Jabra', used: 'Built-in' })
    media.plug([laptop, headset], headset.id)
    await settle()
    expect(microphone()).toBe('Jabra')
    expect(stand.state().substitute).toBeNull()
  })

  it('tries again when it is back and does not open at once', async () => {
    media.plug([laptop, headset])
    await phone.chooseDevices({ microphone: headset.id })
    await stand.talking()
    await dropOut()
    media.broken = headset.id
    media.plug([laptop, headset])
    await settle()
    expect(stand.state().substitute).toEqual({ missing: 'Jabra', used: 'Built-in' })
    media.broken = null
    await clock.advance(1000)
    expect(microphone()).toBe('Jabra')
    expect(stand.state().substitute).toBeNull()
  })

  it('has a microphone again when the only one comes back', async () => {
    media.plug([headset])
    await stand.talking()
    media.state = 'missing'
    media.plug([])
    media.opened[0]?.unplug()
    await settle()
    expect(asked()).toEqual([])
    media.state = 'granted'
    media.plug([headset])
    await settle()
    expect(asked()).toEqual(['replaceMicrophone in-1'])
  })

  it('stays where it is when something else is plugged in', async () => {
    media.plug([laptop, headset])
    await phone.chooseDevices({ microphone: headset.id })
    await stand.talking()
    media.plug([laptop, headset, { id: 'c1', label: 'Camera' }], 'c1')
    await clock.advance(5000)
    expect(asked()).toEqual([])
  })
})

it('changes the microphone of the calls that are up', async () => {
  await stand.talking()
  media.lists = { microphones: [{ id: 'm2', label: 'Headset' }], speakers: [] }
  await phone.chooseDevices({ microphone: 'm2' })
  expect(link.asked).toContain('replaceMicrophone in-1')
  expect(stand.stored?.microphone).toEqual({ id: 'm2', label: 'Headset' })
  link.asked.length = 0
  await phone.chooseDevices({ speaker: null })
  expect(link.asked).toEqual([])
})

it('takes what another window chose at once, in a call too, and does not store it again', async () => {
  await stand.talking()
  link.asked.length = 0
  stand.storedElsewhere({ ...defaultAudio, ringerVolume: 0.1 })
  await settle()
  expect(link.asked).toEqual([])
  const chosen = { ...defaultAudio, microphone: { id: 'm2', label: 'Headset' } }
  stand.storedElsewhere(chosen)
  await settle()
  expect(link.asked).toContain('replaceMicrophone in-1')
  expect(stand.state().audio).toEqual(chosen)
  expect(media.choice).toEqual(chosen)
  expect(stand.stored).toBeNull()
  await phone.stop()
  stand.storedElsewhere(defaultAudio)
  expect(stand.state().audio).toEqual(chosen)
})
