import { expect, it } from 'vitest'
import type { HeardPart } from '../calls/index.ts'
import { type FileFacts, ownSpan } from './own-span.ts'

/** Anna talks from second 20 to 50, Boris from 65 to 105; the caller came at 0. */
const anna = { fromMs: 20_000, toMs: 50_000 }
const boris = { fromMs: 65_000, toMs: 105_000 }
const part = (more: Partial<HeardPart> = {}): HeardPart => ({
  legId: 'own',
  alone: false,
  span: anna,
  talks: [anna, boris],
  ...more,
})
const file = (more: Partial<FileFacts> = {}): FileFacts => ({
  id: 'caller',
  durationMs: 105_000,
  writtenAtMs: 105_000,
  channelAtMs: 0,
  ...more,
})

it('lies in a file of the whole time where the clock says', () => {
  expect(ownSpan(file(), part())).toEqual(anna)
  expect(ownSpan(file(), part({ span: boris }))).toEqual(boris)
  expect(ownSpan(file({ durationMs: 95_000 }), part())).toEqual({ fromMs: 10_000, toMs: 40_000 })
})

it('lies in a file of the talks alone behind what was said before', () => {
  const talksOnly = file({ durationMs: 70_000 })
  expect(ownSpan(talksOnly, part())).toEqual({ fromMs: 0, toMs: 30_000 })
  expect(ownSpan(talksOnly, part({ span: boris }))).toEqual({ fromMs: 30_000, toMs: 70_000 })
  // Copied: when it was written tells nothing any more.
  expect(ownSpan({ ...talksOnly, writtenAtMs: 9_000_000 }, part({ span: boris }))).toEqual({ fromMs: 30_000, toMs: 70_000 })
})

it('of one talk may be shorter than it by what the operator was told first, and is not longer', () => {
  const one = part({ talks: [anna] })
  const after = { writtenAtMs: 75_000 }
  expect(ownSpan(file({ ...after, durationMs: 24_000 }), one)).toEqual({ fromMs: 0, toMs: 24_000 })
  expect(ownSpan(file({ ...after, durationMs: 15_000 }), one)).toBeNull()
  // Somebody without a card went on with the caller.
  expect(ownSpan(file({ ...after, durationMs: 33_000 }), one)).toBeNull()
  expect(ownSpan(file({ durationMs: 64_000 }), part())).toBeNull()
})

it('counts the time of two at once, in a consultation or a conference, once', () => {
  const asked = { fromMs: 40_000, toMs: 80_000 }
  const both = part({ talks: [anna, asked] })
  expect(ownSpan(file({ durationMs: 60_000, writtenAtMs: 80_000 }), both)).toEqual({ fromMs: 0, toMs: 30_000 })
})

it('goes on with the call while nobody else has it, and while the colleague still talks the own part stays what it was', () => {
  const on = { fromMs: 65_000, toMs: null }
  expect(ownSpan(file({ durationMs: 45_000, writtenAtMs: 80_000 }), part({ talks: [anna, on] }))).toEqual({
    fromMs: 0,
    toMs: 30_000,
  })
  expect(ownSpan(file({ durationMs: 80_000, writtenAtMs: 80_000 }), part({ span: on, talks: [anna, on] }))).toEqual({
    fromMs: 65_000,
    toMs: 80_000,
  })
})

it('is not told, rather than guessed, where the file fits neither', () => {
  const unclear = [
    file({ durationMs: 50_000 }),
    file({ durationMs: 105_000, writtenAtMs: 9_000_000 }),
    file({ durationMs: 105_000, writtenAtMs: 40_000 }),
    file({ durationMs: null }),
  ]
  for (const each of unclear) expect(ownSpan(each, part()), JSON.stringify(each)).toBeNull()
  expect(ownSpan(file(), part({ span: null }))).toBeNull()
  // The recording ended before the own part began.
  expect(ownSpan(file({ durationMs: 60_000, writtenAtMs: 60_000 }), part({ span: boris }))).toBeNull()
})

it('is the whole of a call nobody else was in, and of the own channel', () => {
  const odd = { durationMs: 7_000, writtenAtMs: 9_000_000 }
  expect(ownSpan(file(odd), part({ alone: true }))).toEqual({ fromMs: 0, toMs: 7_000 })
  expect(ownSpan(file({ ...odd, id: 'own' }), part())).toEqual({ fromMs: 0, toMs: 7_000 })
  expect(ownSpan(file({ durationMs: null }), part({ alone: true }))).toBe('all')
})
