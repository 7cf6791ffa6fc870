import { describe, expect, test } from 'vitest'
import { DeskState } from '../../src-preload/contract/index.ts'
import type { DeskEntry } from '../card/desk-state.ts'
import { makeCard } from '../card/testing.ts'
import type { Line } from '../softphone/phone.ts'
import { acceleratorOf, actionWith, shownAccelerator, withShortcut } from './accelerator.ts'
import { type DeskInput, deskSnapshot, unsentCards } from './desk-snapshot.ts'
import { addRequests, dialObstacle, dropFirst, nameByNumber } from './dial-queue.ts'
import { stepOfPress } from './phone-press.ts'
import { windowNameOf } from './window-name.ts'

const line = (more: Partial<Line> = {}): Line => ({
  id: 'a',
  direction: 'inbound',
  phase: 'active',
  number: '+74951234567',
  name: '',
  callId: null,
  legId: null,
  cardId: null,
  muted: false,
  trouble: null,
  unsure: false,
  startedAtMs: 1_000,
  answeredAtMs: 2_000,
  endReason: null,
  extension: null,
  ...more,
})
const noCards = { loaded: true, entries: {}, offered: [], setAside: [], waitingSaves: 0 }
const input = (more: Partial<DeskInput> = {}): DeskInput => ({
  language: 'ru',
  dark: false,
  personName: 'Анна Ковалёва',
  operator: { status: 'available', pauseReason: null },
  pauseReasons: [{ code: 'lunch', name: 'Обед' }],
  microphones: [
    { id: 'm1', label: 'Jabra Evolve2' },
    { id: 'm2', label: '' },
  ],
  chosenMicrophone: null,
  systemMicrophoneName: 'Как в системе',
  lines: [],
  describe: (each) => ({ title: each.number, subtitle: 'Отдел продаж' }),
  cards: noCards,
  ...more,
})

describe('what is shown outside the workplace', () => {
  test('the person, what may be chosen, and no call while none is on', () => {
    const state = deskSnapshot(input())
    expect(state).toMatchObject({ person: { name: 'Анна Ковалёва', status: 'available' }, call: null, unsent: 0 })
    expect(state.microphones).toEqual([
      { id: 'system', label: 'Как в системе', chosen: true },
      { id: 'm1', label: 'Jabra Evolve2', chosen: false },
    ])
    expect(DeskState.parse(state)).toEqual(state)
  })

  test('nobody signed in: no name, no call, nothing to choose', () => {
    expect(deskSnapshot(input({ personName: null, lines: [line()] }))).toMatchObject({
      person: null,
      call: null,
      microphones: [],
    })
  })

  test.each([
    ['ringingIn', 'inbound', 'ringingIn'],
    ['dialing', 'outbound', 'ringingOut'],
    ['ringingOut', 'outbound', 'ringingOut'],
    ['connecting', 'inbound', 'talking'],
    ['connecting', 'outbound', 'ringingOut'],
    ['active', 'inbound', 'talking'],
    ['held', 'inbound', 'held'],
  ] as const)('a line that is %s (%s) is shown as %s', (phase, direction, shown) => {
    expect(deskSnapshot(input({ lines: [line({ phase, direction })] })).call?.phase).toBe(shown)
  })

  test('an ended line is no call, the talk stands before a second ringing one, the timer begins at the answer', () => {
    expect(deskSnapshot(input({ lines: [line({ phase: 'ended' })] })).call).toBeNull()
    const both = deskSnapshot(input({ lines: [line({ id: 'new', phase: 'ringingIn', answeredAtMs: null }), line()] }))
    expect(both.call).toMatchObject({ lineId: 'a', sinceMs: 2_000, subtitle: 'Отдел продаж' })
  })

  test('what is too long for the contract is cut, not refused', () => {
    const long = 'я'.repeat(500)
    const state = deskSnapshot(
      input({
        personName: long,
        operator: { status: 'paused', pauseReason: long },
        microphones: Array.from({ length: 60 }, (_, at) => ({ id: `m${at}`, label: long })),
        lines: [line()],
        describe: () => ({ title: long, subtitle: long }),
      }),
    )
    expect(DeskState.safeParse(state).success).toBe(true)
  })

  test('unsent: typed, saving, offered and refused cards count once each, saves of closed cards too', () => {
    const entry = (more: Partial<DeskEntry>): DeskEntry => {
      const card = makeCard()
      return { card, fields: card.fields, clashes: [], keep: 'kept', sync: 'onServer', saving: false, ...more }
    }
    const entries = { a: entry({ sync: 'here' }), b: entry({ saving: true }), c: entry({}) }
    expect(unsentCards({ ...noCards, entries })).toBe(2)
    const rest = { cardId: 'a', card: null, fields: {}, clashes: [] }
    expect(unsentCards({ ...noCards, entries, offered: [rest], waitingSaves: 3 })).toBe(4)
    expect(unsentCards(noCards)).toBe(0)
    const unkept = (keep: 'kept' | 'notKept') =>
      deskSnapshot(input({ cards: { ...noCards, entries: { a: entry({ sync: 'here', keep }) } } })).unkept
    expect([unkept('kept'), unkept('notKept')]).toEqual([false, true])
  })
})

describe('a press outside the workplace', () => {
  const ringing = line({ id: 'r', phase: 'ringingIn', answeredAtMs: null })
  test.each([
    ['answer', [ringing], { act: 'answer', lineId: 'r' }],
    ['answer', [line(), ringing], { act: 'answer', lineId: 'r' }],
    ['answer', [line()], null],
    ['reject', [ringing], { act: 'reject', lineId: 'r' }],
    ['reject', [line()], null],
    ['hangUp', [line()], { act: 'hangUp', lineId: 'a' }],
    ['hangUp', [line(), ringing], { act: 'hangUp', lineId: 'a' }],
    ['hangUp', [line({ phase: 'ended' })], null],
    ['hangUp', [], null],
    ['toggleHold', [line()], { act: 'hold', lineId: 'a' }],
    ['toggleHold', [line({ phase: 'held' })], { act: 'resume', lineId: 'a' }],
    ['toggleHold', [ringing], null],
    ['toggleMute', [line()], { act: 'mute', lineId: 'a', muted: true }],
    ['toggleMute', [line({ muted: true })], { act: 'mute', lineId: 'a', muted: false }],
    ['toggleMute', [line({ phase: 'held' })], null],
  ] as const)('%s', (press, lines, step) => {
    expect(stepOfPress(lines, press)).toEqual(step)
  })
})

describe('numbers from outside', () => {
  const link = (number: string) => ({ number, source: 'link' as const })

  test('wait in order, each once, in a form that can be dialled', () => {
    const first = addRequests([], [link('tel:+7 (495) 123-45-67'), link('+74951234567'), link('hello')], 'RU')
    expect(first).toEqual([link('+74951234567')])
    const second = addRequests(first, [{ number: '101', source: 'clipboard' }], 'RU')
    expect(second.map(({ number }) => number)).toEqual(['+74951234567', '101'])
    expect(dropFirst(second)).toHaveLength(1)
  })

  test('without a country are of the one that is set', () => {
    expect(addRequests([], [link('8 029 123-45-67')], 'BY')).toEqual([link('+375291234567')])
  })

  test('a flood is cut, and nothing new leaves the list as it was', () => {
    const flood = addRequests(
      [],
      Array.from({ length: 50 }, (_, at) => link(`10${at}`)),
      'RU',
    )
    expect(flood).toHaveLength(5)
    expect(addRequests(flood, [link('100')], 'RU')).toBe(flood)
  })

  test.each([
    ['noPhone', {}, null],
    ['notRegistered', { link: 'backingOff' }, '1001'],
    ['linesBusy', { lines: [line({ phase: 'ringingOut' })] }, '1001'],
    ['linesBusy', { lines: [line(), line({ id: 'b', phase: 'held' })] }, '1001'],
    [null, { lines: [line({ phase: 'ringingIn' })] }, '1001'],
    [null, { lines: [line()] }, '1001'],
    [null, { lines: [line({ phase: 'ended' }), line({ id: 'b', phase: 'ended' })] }, '1001'],
  ] as const)('obstacle %s', (obstacle, phone, extension) => {
    expect(dialObstacle({ link: 'registered', lines: [], ...phone }, extension)).toBe(obstacle)
  })

  test('a name only for exactly this number', () => {
    const customers = [{ name: 'Мария Иванова', phones: ['+74951234567'] }]
    expect(nameByNumber(customers, '8 495 123-45-67')).toBe('Мария Иванова')
    expect(nameByNumber(customers, '+74951234568')).toBeNull()
    expect(nameByNumber([{ name: 'x', phones: ['101'] }], '101')).toBeNull()
  })
})

test.each([
  ['desktop', '/', null, 'workplace'],
  ['desktop', '/settings', null, 'settings'],
  ['desktop', '/settings', 'workplace', 'workplace'],
  ['desktop', '/workplace', 'settings', 'settings'],
  ['desktop', '/island', null, 'island'],
  ['browser', '/settings', null, 'workplace'],
  ['browser', '/monitor', 'workplace', 'monitor'],
  ['browser', '/calls', 'monitor', 'workplace'],
] as const)('in a %s the page opened at %s, remembered as %s, is the window %s', (host, path, remembered, name) => {
  expect(windowNameOf({ host, path, remembered })).toBe(name)
})

describe('recording a shortcut', () => {
  const stroke = (code: string, key: string, ...modifiers: ('ctrlKey' | 'altKey' | 'shiftKey' | 'metaKey')[]) => ({
    code,
    key,
    ctrlKey: modifiers.includes('ctrlKey'),
    altKey: modifiers.includes('altKey'),
    shiftKey: modifiers.includes('shiftKey'),
    metaKey: modifiers.includes('metaKey'),
  })
  test.each([
    [stroke('KeyA', 'a', 'ctrlKey', 'altKey'), { accelerator: 'Control+Alt+A' }],
    // The same place on a Russian layout.
    [stroke('KeyA', 'ф', 'ctrlKey', 'altKey'), { accelerator: 'Control+Alt+A' }],
    [stroke('F9', 'F9'), { accelerator: 'F9' }],
    [stroke('Numpad5', '5', 'altKey'), { accelerator: 'Alt+num5' }],
    [stroke('ArrowUp', 'ArrowUp', 'ctrlKey', 'shiftKey'), { accelerator: 'Control+Shift+Up' }],
    [stroke('KeyM', 'm', 'metaKey'), { accelerator: 'Super+M' }],
    [stroke('ControlLeft', 'Control', 'ctrlKey'), { refused: 'pending' }],
    [stroke('KeyA', 'a'), { refused: 'bare' }],
    [stroke('KeyA', 'A', 'shiftKey'), { refused: 'bare' }],
    [stroke('Space', ' '), { refused: 'bare' }],
    [stroke('MediaPlayPause', 'MediaPlayPause', 'ctrlKey'), { refused: 'unfit' }],
  ])('%j', (pressed, recorded) => expect(acceleratorOf(pressed, false)).toEqual(recorded))

  test('Command is Command on a Mac', () => {
    expect(acceleratorOf(stroke('KeyM', 'm', 'metaKey'), true)).toEqual({ accelerator: 'Command+M' })
  })

  test('keys belong to one action; turning off leaves the others', () => {
    const settings = { launchAtLogin: false, closeToTray: true, showIsland: true, shortcuts: { answer: 'F8', hangUp: 'F9' } }
    expect(actionWith(settings.shortcuts, 'F9', 'answer')).toBe('hangUp')
    expect(actionWith(settings.shortcuts, 'F9', 'hangUp')).toBeNull()
    expect(withShortcut(settings, 'answer', null).shortcuts).toEqual({ hangUp: 'F9' })
    expect(withShortcut(settings, 'toggleMute', 'F7').shortcuts).toEqual({ answer: 'F8', hangUp: 'F9', toggleMute: 'F7' })
    expect(shownAccelerator('Control+Alt+Return')).toBe('Ctrl+Alt+Enter')
  })
})
