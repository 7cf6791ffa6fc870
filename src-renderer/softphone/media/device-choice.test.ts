import { describe, expect, it } from 'vitest'
import { defaultAudio, readAudioSettings } from './audio-settings.ts'
import { matchDevice } from './device-choice.ts'

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
