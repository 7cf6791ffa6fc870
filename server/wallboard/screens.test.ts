import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { WallboardChange } from '../contract/index.ts'
import { galina, liveQueue, openRig, type Rig, settings } from './fixture.ts'
import { mostScreens, type Screen, settleMs } from './screens.ts'

let rig: Rig
let token: string
let screen: Screen
beforeEach(async () => {
  rig = await openRig()
  const made = await rig.links.create(galina, settings)
  token = made.token
  screen = { linkId: made.id }
})
afterEach(() => rig.stop())

const come = (shown: string | null, address = '10.0.0.7') => rig.screens.identify({ token: shown, address })
const watch = (who = screen) => {
  const told: WallboardChange[] = []
  const stop = rig.screens.subscribe(who, (changes) => told.push(...changes))
  return { told, stop }
}

describe('who is let in', () => {
  it('the link’s token, and nothing else', () => {
    expect(come(token)).toEqual(screen)
    for (const other of [null, '', 'wrong', screen.linkId, `${screen.linkId}-${'0'.repeat(26)}`])
      expect(come(other, `10.0.1.${String(other).length}`)).toBe('unauthenticated')
  })

  it('guessing is slowed down, for that link and that address', () => {
    const guess = () => come(`${screen.linkId}-${'0'.repeat(26)}`)
    const answers = Array.from({ length: 8 }, guess)
    expect(answers.slice(0, 6)).toEqual(Array.from({ length: 6 }, () => 'unauthenticated'))
    expect(answers.slice(6)).toEqual(['busy', 'busy'])
    expect(come(token)).toBe('busy')
    expect(come(token, '10.0.0.8')).toEqual(screen)
    rig.clock.advance(1_000)
    expect(come(token)).toEqual(screen)
  })

  it('televisions that come back often are not slowed down', () => {
    for (let n = 0; n < 100; n++) expect(come(token)).toEqual(screen)
  })

  it('a link opens so many screens and no more', () => {
    const open = Array.from({ length: mostScreens }, () => watch())
    expect(come(token)).toBe('busy')
    open[0]?.stop()
    open[0]?.stop()
    expect(come(token)).toEqual(screen)
  })

  it('stays only while the link is valid', async () => {
    expect(rig.screens.endOf(screen)).toBeNull()
    await rig.links.change(galina, screen.linkId, { ...settings, expiresAtMs: rig.clock.nowMs() + 1_000 })
    rig.clock.advance(1_000)
    expect(rig.screens.endOf(screen)).toBe('expired')
    expect(() => rig.screens.viewFor(screen)).toThrow('opens nothing any more')
  })

  it('one that has ended is told from one that was taken away, slows nobody down, and opens with a new end', async () => {
    await rig.links.change(galina, screen.linkId, { ...settings, expiresAtMs: rig.clock.nowMs() + 1_000 })
    rig.clock.advance(1_000)
    for (let n = 0; n < 100; n++) expect(come(token)).toBe('expired')
    expect(come(`${screen.linkId}-${'0'.repeat(26)}`, '10.0.0.8')).toBe('unauthenticated')
    await rig.links.change(galina, screen.linkId, settings)
    expect(come(token)).toEqual(screen)
    await rig.links.revoke(galina, screen.linkId)
    expect(come(token, '10.0.0.9')).toBe('unauthenticated')
  })

  it('loses it at once when the link is revoked', async () => {
    const lost: boolean[] = []
    rig.screens.onLost((isLost) => lost.push(isLost(screen), isLost({ linkId: 'other' })))
    await rig.links.revoke(galina, screen.linkId)
    expect(lost).toEqual([true, false])
  })
})

describe('what a screen is told', () => {
  it('the changes of half a second together', () => {
    const { told } = watch()
    rig.board.show({ queues: [liveQueue('701', [5]), liveQueue('702')] })
    rig.board.show({ queues: [liveQueue('701', [5, 6]), liveQueue('702')] })
    rig.clock.advance(settleMs - 1)
    expect(told).toEqual([])
    rig.clock.advance(1)
    expect(told.map(({ kind }) => kind)).toEqual(['total', 'queue'])
    expect(told[1]).toMatchObject({ queue: { number: '701', waiting: 2 } })
    rig.clock.advance(10 * settleMs)
    expect(told).toHaveLength(2)
  })

  it('new settings at once, by the screens of that link alone', async () => {
    const other = await rig.links.create(galina, settings)
    const [own, others] = [watch(), watch({ linkId: other.id })]
    await rig.links.change(galina, screen.linkId, { ...settings, theme: 'light', queues: ['702'] })
    expect(own.told.map(({ kind }) => kind)).toEqual(['screen', 'queueOrder'])
    expect(others.told).toEqual([])
  })

  it('a screen that opens between two tellings keeps nothing of what came and went meanwhile', () => {
    watch()
    rig.board.show({ queues: [liveQueue('701', [5]), liveQueue('702')] })
    rig.clock.advance(settleMs - 1)
    const { told } = watch()
    const opened = rig.screens.viewFor(screen)
    rig.board.show({ queues: [liveQueue('701'), liveQueue('702')] })
    rig.clock.advance(settleMs)
    const shown = [opened.total, ...told.flatMap((change) => (change.kind === 'total' ? change.total : []))]
    expect(shown.at(-1)?.waiting).toBe(0)
  })

  it('a screen that opens between two tellings is told what is new with the others', () => {
    watch()
    rig.board.show({ queues: [liveQueue('701', [5]), liveQueue('702')] })
    const { told } = watch()
    rig.screens.viewFor(screen)
    rig.clock.advance(settleMs)
    expect(told).toContainEqual(expect.objectContaining({ kind: 'total', total: expect.objectContaining({ waiting: 1 }) }))
  })

  it('nothing is computed for nobody', () => {
    expect(rig.board.readers).toBe(0)
    const [one, two] = [watch(), watch()]
    expect(rig.board.readers).toBe(1)
    one.stop()
    rig.board.show({ queues: [] })
    two.stop()
    rig.clock.advance(settleMs)
    expect(rig.board.readers).toBe(0)
    expect(one.told).toEqual([])
    expect(rig.screens.screensOf(screen.linkId)).toBe(0)
  })
})
