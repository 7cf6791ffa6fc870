import { describe, expect, it } from 'vitest'
import { defaultAudio, readAudioSettings } from './audio-settings.ts'
import { matchDevice, microphoneUse } from './device-choice.ts'

const headset = { id: 'h1', label: 'Jabra Evolve' }
const laptop = { id: 'l1', label: 'Built-in' }

describe('the remembered device', () => {
  it('is found by its id, whatever it is called now', () => {
    expect(matchDevice(headset, [laptop, { id: 'h1', label: 'Jabra (2)' }])?.label).toBe('Jabra (2)')
  })
  it('is found by its label when its id has changed', () => {
    expect(matchDevice(headset, [laptop, { id: 'h9', label: 'Jabra Evolve' }])?.id).toBe('h9')
  })
  it('goes by the id when another device has its label', () => {
    expect(matchDevice(headset, [{ id: 'x', label: 'Jabra Evolve' }, headset])?.id).toBe('h1')
  })
  it('is left out when it is not there', () => expect(matchDevice(headset, [laptop])).toBeNull())
  it('is not taken for one without a name', () => {
    expect(matchDevice({ id: 'gone', label: '' }, [{ id: 'x', label: '' }])).toBeNull()
  })
  it('is nothing where nothing was chosen', () => expect(matchDevice(null, [laptop])).toBeNull())
})

describe('the microphone of a call', () => {
  const track = (deviceId: string, groupId: string, readyState: MediaStreamTrackState = 'live') => ({
    ...{ label: 'as opened', readyState, getSettings: () => ({ deviceId, groupId }) },
  })
  const present = [
    { deviceId: 'default', groupId: 'jabra', label: 'Default - Jabra Evolve' },
    { deviceId: 'h1', groupId: 'jabra', label: 'Jabra Evolve' },
    { deviceId: 'l1', groupId: 'laptop', label: 'Built-in' },
  ]
  it('is the wanted one, the chosen or the system’s', () => {
    expect(microphoneUse(track('h1', 'jabra'), headset, present)).toMatchObject({ label: 'Jabra Evolve', standing: 'wanted' })
    expect(microphoneUse(track('default', 'jabra'), null, present)).toMatchObject({ label: 'Jabra Evolve', standing: 'wanted' })
  })
  it('stands in for one that is there again', () => {
    expect(microphoneUse(track('l1', 'laptop'), headset, present).standing).toBe('back')
    expect(microphoneUse(track('default', 'laptop'), null, present)).toMatchObject({ label: 'Built-in', standing: 'back' })
  })
  it('stands in for one that is not', () => {
    expect(microphoneUse(track('l1', 'laptop'), headset, present.slice(2)).standing).toBe('absent')
  })
  it('is to be opened again when it was pulled out and any is there', () => {
    expect(microphoneUse(track('l1', 'laptop', 'ended'), headset, present.slice(2)).standing).toBe('back')
    expect(microphoneUse(track('l1', 'laptop', 'ended'), null, []).standing).toBe('absent')
  })
  it('is taken as it is where the browser tells of no groups', () => {
    const bare = present.map((device) => ({ ...device, groupId: '' }))
    expect(microphoneUse(track('default', ''), null, bare)).toMatchObject({ label: 'as opened', standing: 'wanted' })
  })
})

describe('what this computer remembers', () => {
  it('is the default at first and when it cannot be read', () => {
    expect(readAudioSettings(null)).toEqual(defaultAudio)
    expect(readAudioSettings('{')).toEqual(defaultAudio)
    expect(readAudioSettings('[]')).toEqual(defaultAudio)
  })
  it('loses only the field that is wrong', () => {
    const text = JSON.stringify({ ...defaultAudio, microphone: headset, ringerVolume: 7, dtmf: 'morse' })
    expect(readAudioSettings(text)).toEqual({ ...defaultAudio, microphone: headset })
  })
})
