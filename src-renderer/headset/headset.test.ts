import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PhonePress } from '../desktop/phone-press.ts'
import { FakeHeadset, FakeHid } from './fake-hid.ts'
import { type HeadsetPhone, lampsOf, phoneForHeadset, pressesOf } from './headset-keys.ts'
import { HeadsetLink, type HeadsetState } from './headset-link.ts'
import { type HeadsetPort, remoteHeadset, shareHeadset } from './headset-windows.ts'
import { lampReport, layoutOf, readKeys } from './report-layout.ts'
import type { HidCollection } from './web-hid.ts'

/** As many headsets describe themselves: switches, a keypad list, padding; lamps in a report of their own. */
const usual: HidCollection[] = [
  // Volume keys: another page, with a report of the same number that must not be taken for telephony.
  {
    usagePage: 0x0c,
    usage: 1,
    inputReports: [{ reportId: 1, items: [{ usages: [0x0c_00e9, 0x0c_00ea], reportSize: 1, reportCount: 2 }] }],
  },
  {
    usagePage: 0x0b,
    usage: 5,
    inputReports: [
      {
        reportId: 2,
        items: [
          { usages: [0x0b_0020, 0x0b_0097, 0x0b_002a, 0x0b_002f, 0x0b_0021], reportSize: 1, reportCount: 5 },
          {
            isArray: true,
            isRange: true,
            usageMinimum: 0x0b_00b0,
            usageMaximum: 0x0b_00bb,
            logicalMinimum: 1,
            reportSize: 4,
            reportCount: 1,
          },
          { isConstant: true, reportSize: 1, reportCount: 7 },
        ],
      },
    ],
    outputReports: [
      {
        reportId: 2,
        items: [
          { usages: [0x08_0017, 0x08_001e, 0x08_0009, 0x08_0018, 0x08_0020], reportSize: 1, reportCount: 5 },
          { isConstant: true, reportSize: 11, reportCount: 1 },
        ],
      },
    ],
  },
]
/** Every key as an index in one list, in a child collection, without report ids. */
const listed: HidCollection[] = [
  {
    usagePage: 0x0b,
    usage: 5,
    children: [
      {
        usagePage: 0x0b,
        usage: 6,
        inputReports: [
          {
            items: [
              { isConstant: true, reportSize: 3, reportCount: 1 },
              { isArray: true, usages: [0x0b_0020, 0x0b_0026, 0x0b_002f], logicalMinimum: 1, reportSize: 5, reportCount: 1 },
            ],
          },
        ],
      },
    ],
  },
]
const view = (...bytes: number[]) => new DataView(Uint8Array.from(bytes).buffer)
const idle: HeadsetPhone = { ringing: false, inCall: false, held: false, muted: false }
const ringing = { ...idle, ringing: true }
const talking = { ...idle, inCall: true }

describe('reports', () => {
  test('keys are found by their usages, past padding and other pages', () => {
    const layout = layoutOf(usual)
    expect([...(layout?.inputs.keys() ?? [])]).toEqual([2])
    const input = layout?.inputs.get(2)
    if (!input) throw new Error('no layout')
    expect(Object.fromEntries(readKeys(input, view(0b0000_0001, 0)))).toEqual({ hook: true, mute: false, flash: false })
    expect(Object.fromEntries(readKeys(input, view(0b0001_1000, 0)))).toEqual({ hook: false, mute: true, flash: true })
    // A digit of the keypad is none of ours.
    expect(Object.fromEntries(readKeys(input, view(0b0110_0000, 1)))).toEqual({ hook: false, mute: false, flash: false })
  })

  test('keys as indices of a list', () => {
    const input = layoutOf(listed)?.inputs.get(0)
    if (!input) throw new Error('no layout')
    expect(Object.fromEntries(readKeys(input, view(0b0000_1000)))).toEqual({ hook: true, drop: false, mute: false })
    expect(Object.fromEntries(readKeys(input, view(0b0001_1000)))).toEqual({ hook: false, drop: false, mute: true })
    expect(Object.fromEntries(readKeys(input, view(0b1111_1000)))).toEqual({ hook: false, drop: false, mute: false })
  })

  test('a report that is cut short says nothing of the keys it does not hold', () => {
    const input = layoutOf(usual)?.inputs.get(2)
    if (!input) throw new Error('no layout')
    expect(readKeys(input, view()).size).toBe(0)
  })

  test.each([
    ['nothing', []],
    [
      'a keyboard',
      [{ usagePage: 1, usage: 6, inputReports: [{ items: [{ usages: [0x07_0020], reportSize: 1, reportCount: 8 }] }] }],
    ],
    [
      'a telephony page without a key of ours',
      [{ usagePage: 0x0b, usage: 5, inputReports: [{ items: [{ usages: [0x0b_00b0], reportSize: 1, reportCount: 1 }] }] }],
    ],
  ] satisfies [string, HidCollection[]][])('%s is no headset', (_, collections) => {
    expect(layoutOf(collections)).toBeNull()
  })

  test('lamps lie where the device says', () => {
    const [output] = layoutOf(usual)?.outputs ?? []
    if (!output) throw new Error('no lamps')
    expect([...lampReport(output, new Set(['offHook', 'mute']))]).toEqual([0b0000_0101, 0])
    expect([...lampReport(output, new Set(['ring']))]).toEqual([0b0000_1000, 0])
    expect([...lampReport(output, new Set())]).toEqual([0, 0])
  })

  test('no description and no report of a device can break the reading', () => {
    const item = fc.record(
      {
        isArray: fc.boolean(),
        isRange: fc.boolean(),
        isConstant: fc.boolean(),
        usages: fc.array(fc.integer({ min: 0, max: 0x0b_00ff }), { maxLength: 4 }),
        usageMinimum: fc.integer({ min: 0, max: 0x0b_00ff }),
        usageMaximum: fc.integer({ min: 0, max: 0x0b_00ff }),
        reportSize: fc.integer({ min: 0, max: 64 }),
        reportCount: fc.integer({ min: 0, max: 9 }),
        logicalMinimum: fc.integer({ min: -1, max: 3 }),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.array(item, { maxLength: 5 }), fc.uint8Array({ maxLength: 16 }), (items, bytes) => {
        const layout = layoutOf([{ usagePage: 0x0b, inputReports: [{ items }], outputReports: [{ items }] }])
        for (const input of layout?.inputs.values() ?? []) readKeys(input, new DataView(bytes.slice().buffer))
        for (const output of layout?.outputs ?? []) lampReport(output, new Set(['ring']))
      }),
    )
  })
})

describe('keys', () => {
  const down = (...keys: ('hook' | 'mute' | 'flash' | 'drop')[]) =>
    new Map((['hook', 'mute', 'flash', 'drop'] as const).map((key) => [key, keys.includes(key)]))
  test.each([
    ['hook answers', down(), down('hook'), ringing, ['answer']],
    ['the echo of our own lamp is no press', down(), down('hook'), talking, []],
    ['hook in a call does not answer a second one', down(), down('hook'), { ...talking, ringing: true }, []],
    ['hook back hangs up', down('hook'), down(), talking, ['hangUp']],
    ['hook back after the end is an echo', down('hook'), down(), idle, []],
    ['a first report with the hook on says nothing', new Map(), down(), talking, []],
    ['mute toggles once, on the way down', down('hook'), down('hook', 'mute'), talking, ['toggleMute']],
    ['mute let go is nothing', down('hook', 'mute'), down('hook'), talking, []],
    ['mute without a call is nothing', down(), down('mute'), idle, []],
    ['flash holds', down('hook'), down('hook', 'flash'), talking, ['toggleHold']],
    ['flash takes the second call', down('hook'), down('hook', 'flash'), { ...talking, ringing: true }, ['answer']],
    ['drop rejects', down(), down('drop'), ringing, ['reject']],
    ['drop hangs up', down('hook'), down('hook', 'drop'), talking, ['hangUp']],
    ['idle keys do nothing', down(), down('hook', 'mute', 'flash', 'drop'), idle, []],
  ] as const)('%s', (_, before, now, phone, presses) => {
    expect(pressesOf(before, now, phone)).toEqual(presses)
  })

  test.each([
    [[], idle],
    [['ended'], idle],
    [['ringingIn'], ringing],
    [['dialing'], talking],
    [['active', 'ringingIn'], { ...talking, ringing: true }],
    [['held'], { ...talking, held: true }],
    [['held', 'active'], talking],
  ] as const)('lines %j', (phases, phone) => {
    expect(phoneForHeadset(phases.map((phase) => ({ phase, muted: false })))).toEqual(phone)
  })

  test('only the line that is heard can be muted', () => {
    expect(
      phoneForHeadset([
        { phase: 'held', muted: true },
        { phase: 'active', muted: false },
      ]).muted,
    ).toBe(false)
    expect(phoneForHeadset([{ phase: 'active', muted: true }]).muted).toBe(true)
  })

  test.each([
    [idle, []],
    [ringing, ['ring']],
    [talking, ['offHook']],
    [{ ...talking, ringing: true, muted: true, held: true }, ['offHook', 'mute', 'hold']],
  ])('lamps', (phone, lit) => expect([...lampsOf(phone)]).toEqual(lit))
})

describe('the link to a headset', () => {
  function bench(devices: FakeHeadset[] = []) {
    const hid = new FakeHid()
    hid.allowed = devices
    const presses: PhonePress[] = []
    const states: HeadsetState[] = []
    const link = new HeadsetLink({ hid, onPress: (press) => presses.push(press), onState: (state) => states.push(state) })
    return { hid, link, presses, states }
  }
  const settled = async () => {
    for (let i = 0; i < 20; i++) await Promise.resolve()
  }

  test('a whole call: rings, answered, muted, hung up by its keys, the lamps follow', async () => {
    const headset = new FakeHeadset('Jabra Evolve2', usual)
    const { link, presses } = bench([headset])
    await link.start()
    link.show(ringing)
    headset.report(2, 0b0000_0001, 0)
    link.show(talking)
    headset.report(2, 0b0000_1001, 0)
    headset.report(2, 0b0000_0001, 0)
    link.show({ ...talking, muted: true })
    headset.report(2, 0, 0)
    link.show(idle)
    await settled()
    expect(presses).toEqual(['answer', 'toggleMute', 'hangUp'])
    expect(headset.lamps.map(({ bytes }) => bytes[0])).toEqual([0, 0b1000, 0b0001, 0b0101, 0])
  })

  test('muting with the mouse lights the lamp, and the same state is sent once', async () => {
    const headset = new FakeHeadset('Jabra Evolve2', usual)
    const { link } = bench([headset])
    await link.start()
    for (let i = 0; i < 3; i++) link.show({ ...talking, muted: true })
    await settled()
    expect(headset.lamps.map(({ bytes }) => bytes[0])).toEqual([0, 0b0101])
  })

  test('unplugged and plugged in again it works on, with its lamps right', async () => {
    const headset = new FakeHeadset('Poly', usual)
    const { hid, link, presses, states } = bench([headset])
    await link.start()
    link.show(talking)
    hid.unplug(headset)
    hid.plug(headset)
    await settled()
    headset.report(2, 0b0000_1001, 0)
    expect(presses).toEqual(['toggleMute'])
    expect(headset.lamps.at(-1)?.bytes[0]).toBe(0b0001)
    expect(states.map(({ state }) => state)).toEqual(['connected', 'none', 'connected', 'connected'])
  })

  test('a headset that another program holds is told, and one without telephony keys is passed over', async () => {
    const keyboard = new FakeHeadset('Keyboard', [{ usagePage: 1, usage: 6 }])
    const held = new FakeHeadset('Poly', usual)
    held.blocked = true
    const { link, states } = bench([keyboard, held])
    await link.start()
    expect(keyboard.opened).toBe(false)
    expect(states).toEqual([{ state: 'blocked', name: 'Poly' }])
  })

  test('the person chooses; choosing nothing keeps what was', async () => {
    const first = new FakeHeadset('First', usual)
    const second = new FakeHeadset('Second', usual)
    const { hid, link, states } = bench([first])
    await link.start()
    expect(await link.choose()).toBe(false)
    expect(first.opened).toBe(true)
    hid.choice = [second]
    expect(await link.choose()).toBe(true)
    expect([first.opened, second.opened]).toEqual([false, true])
    expect(states.at(-1)).toMatchObject({ name: 'Second' })
  })

  test('stopping puts the lamps out, closes, and hears nothing more', async () => {
    const headset = new FakeHeadset('Jabra', usual)
    const { hid, link, presses } = bench([headset])
    await link.start()
    link.show(talking)
    await link.stop()
    expect(headset.lamps.at(-1)?.bytes).toEqual([0, 0])
    expect(headset.opened).toBe(false)
    headset.report(2, 0b0000_1000, 0)
    hid.plug(headset)
    await settled()
    expect(presses).toEqual([])
    expect(headset.opened).toBe(false)
  })
})

describe('a headset chosen in another window', () => {
  async function bench(devices: FakeHeadset[]) {
    const heard: Set<(said: unknown) => void>[] = [new Set(), new Set()]
    const port = (at: number): HeadsetPort => ({
      post: (said) => {
        for (const listener of heard[1 - at] ?? []) listener(said)
      },
      onSaid: (listener) => {
        heard[at]?.add(listener)
        return () => heard[at]?.delete(listener)
      },
    })
    const hid = new FakeHid()
    hid.allowed = devices
    let state: HeadsetState = { state: 'none' }
    let changed = () => {}
    const link = new HeadsetLink({
      hid,
      onPress: () => undefined,
      onState: (next) => {
        state = next
        changed()
      },
    })
    const used = { count: 0 }
    const counted = {
      use: (name: string) => {
        used.count += 1
        return link.use(name)
      },
    }
    changed = shareHeadset({ port: port(0), link: counted, state: () => state }).changed
    await link.start()
    const seen: HeadsetState[] = []
    const remote = remoteHeadset({ port: port(1), hid, onState: (next) => seen.push(next) })
    return { hid, remote, seen, port: port(1), used }
  }
  const settled = async () => {
    for (let i = 0; i < 20; i++) await Promise.resolve()
  }

  test('is told at once, and another one is taken by the window with the phone', async () => {
    const [first, second] = [new FakeHeadset('First', usual), new FakeHeadset('Second', usual)]
    const { hid, remote, seen } = await bench([first, second])
    expect(seen).toEqual([{ state: 'connected', name: 'First', lastPress: null }])
    hid.choice = [second]
    expect(await remote.choose()).toBe(true)
    await settled()
    expect([first.opened, second.opened]).toEqual([false, true])
    expect(seen.at(-1)).toEqual({ state: 'connected', name: 'Second', lastPress: null })
  })

  test('what has no telephony keys, or was not chosen, changes nothing', async () => {
    const first = new FakeHeadset('First', usual)
    const { hid, remote, used } = await bench([first])
    expect(await remote.choose()).toBe(false)
    hid.choice = [new FakeHeadset('Keyboard', [{ usagePage: 1, usage: 6 }])]
    expect(await remote.choose()).toBe(false)
    expect(used.count).toBe(0)
    expect(first.opened).toBe(true)
  })

  test('a name nobody allowed, and gossip, leave the headset as it is', async () => {
    const first = new FakeHeadset('First', usual)
    const { port, used, seen } = await bench([first])
    port.post({ kind: 'use', name: 'Unknown' })
    await settled()
    expect([used.count, first.opened, seen.length]).toEqual([1, true, 1])
  })
})
