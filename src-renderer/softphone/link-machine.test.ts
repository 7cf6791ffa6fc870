import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backOffMs, initialLink, type LinkCommand, type LinkEvent, type LinkState, stepLink } from './link-machine.ts'

const at = (nowMs: number, chance = 0.5) => ({ nowMs, chance })

/** Runs events one second apart, or at given times; gives the last state and every command. */
function run(events: readonly (LinkEvent | readonly [number, LinkEvent])[], from: LinkState = initialLink) {
  let state = from
  let nowMs = 0
  const commands: LinkCommand[] = []
  let last: readonly LinkCommand[] = []
  for (const entry of events) {
    const [time, event]: readonly [number, LinkEvent] = 'type' in entry ? [nowMs + 1000, entry] : entry
    nowMs = time
    ;[state, last] = stepLink(state, event, at(nowMs))
    commands.push(...last)
  }
  return { state, commands, last }
}

const start: LinkEvent = { type: 'start' }
const open: LinkEvent = { type: 'socketOpen' }
const closed: LinkEvent = { type: 'socketClosed' }
const ok: LinkEvent = { type: 'registerOk' }
const failed = (status: number, retryAfterMs: number | null = null): LinkEvent => ({
  type: 'registerFailed',
  status,
  retryAfterMs,
})
const registered = run([start, open, ok]).state

describe('the way up', () => {
  it('connects, then registers and re-invites calls side by side', () => {
    expect(run([start]).last).toEqual([{ type: 'cancelTimer' }, { type: 'connect' }])
    expect(run([start, open]).last).toEqual([{ type: 'resyncCalls' }, { type: 'register' }])
    expect(run([start, open, ok]).state.phase).toBe('registered')
  })

  it('waits for the network when there is none', () => {
    const away = run([{ type: 'offline' }, start])
    expect(away.state.phase).toBe('offline')
    expect(away.commands).toEqual([])
    expect(run([{ type: 'online' }], away.state).last).toContainEqual({ type: 'connect' })
  })
})

describe('losing the socket', () => {
  it('opens a new one at once after a registration that lasted', () => {
    const lost = run([start, open, [3000, ok], [9000, closed]])
    expect(lost.state).toMatchObject({ phase: 'connecting', failures: 0 })
    expect(lost.last).toContainEqual({ type: 'connect' })
  })

  it('waits a moment when the registration had only just come', () => {
    const lost = run([start, open, [3000, ok], [3500, closed]])
    expect(lost.state.phase).toBe('backingOff')
    expect(lost.last).toEqual([{ type: 'startTimer', delayMs: 300 }])
  })

  it('grows the pause up to two seconds and keeps trying for ever', () => {
    let state = run([start]).state
    const delays: number[] = []
    for (let n = 0; n < 8; n += 1) {
      const lost = run([closed], state)
      for (const command of lost.last) if (command.type === 'startTimer') delays.push(command.delayMs)
      state = run([{ type: 'timer' }], lost.state).state
      expect(state.phase).toBe('connecting')
    }
    expect(delays).toEqual([300, 500, 1000, 2000, 2000, 2000, 2000, 2000])
  })

  it('spreads the pauses by a fifth either way', () => {
    expect([backOffMs(3, 0), backOffMs(3, 0.5), backOffMs(3, 1)]).toEqual([800, 1000, 1200])
  })

  it('tries nothing while offline, and at once when online again', () => {
    const away = run([{ type: 'offline' }, closed], registered)
    expect(away.state.phase).toBe('offline')
    expect(away.commands.some((command) => command.type === 'connect' || command.type === 'startTimer')).toBe(false)
    expect(run([{ type: 'online' }], away.state).state.phase).toBe('connecting')
  })

  it('keeps an open socket through an offline hint', () => {
    expect(run([{ type: 'offline' }], registered).state.phase).toBe('registered')
  })

  it.each<LinkEvent>([{ type: 'socketDead' }, { type: 'resume' }, { type: 'online' }])(
    'replaces the socket on $type',
    (event) => {
      const next = run([event], registered)
      expect(next.state.phase).toBe('connecting')
      expect(next.last).toContainEqual({ type: 'connect' })
    },
  )
})

describe('REGISTER', () => {
  it.each([401, 403, 404, 407])('stops for good on %i until a person asks again', (status) => {
    const refused = run([start, open, failed(status)])
    expect(refused.state.phase).toBe('authFailed')
    expect(refused.last).toEqual([{ type: 'cancelTimer' }])
    expect(run([{ type: 'timer' }, closed, { type: 'online' }, { type: 'resume' }], refused.state)).toMatchObject({
      state: { phase: 'authFailed' },
      commands: [],
    })
    expect(run([{ type: 'retry' }], refused.state).last).toContainEqual({ type: 'connect' })
  })

  it('honours Retry-After on the same socket', () => {
    const busy = run([start, open, failed(503, 4000)])
    expect(busy.state).toMatchObject({ phase: 'connected', retryAtMs: 3000 + 4000 })
    expect(busy.last).toEqual([{ type: 'startTimer', delayMs: 4000 }])
    expect(run([{ type: 'timer' }], busy.state).last).toEqual([{ type: 'register' }])
  })

  it('repeats at once without an answer, and takes a new socket after the third', () => {
    const first = run([start, open, failed(0)])
    expect(first.last).toEqual([{ type: 'startTimer', delayMs: 0 }])
    const third = run([{ type: 'timer' }, failed(0), { type: 'timer' }, failed(0)], first.state)
    expect(third.state.phase).toBe('connecting')
    expect(third.last).toContainEqual({ type: 'connect' })
  })

  it('ignores an answer that comes after the socket is gone', () => {
    const lost = run([start, open, closed])
    expect(run([ok], lost.state).state.phase).toBe('backingOff')
    expect(run([failed(403)], lost.state).state.phase).toBe('backingOff')
  })
})

describe('another page takes the extension', () => {
  it('keeps the socket for the calls but registers no more', () => {
    const yielded = run([{ type: 'yield' }], registered)
    expect(yielded.state).toMatchObject({ phase: 'connected', wantRegistered: false })
    expect(yielded.last).toEqual([{ type: 'unregister' }])
    expect(run([{ type: 'timer' }, failed(500)], yielded.state).commands).toEqual([])
    // The answer to a REGISTER that was on its way.
    expect(run([ok], yielded.state)).toMatchObject({ state: { phase: 'connected' }, last: [{ type: 'unregister' }] })
    const again = run([closed, { type: 'timer' }, open], yielded.state)
    expect(again.last).toEqual([{ type: 'resyncCalls' }])
  })

  it('registers again when it comes back', () => {
    const yielded = run([{ type: 'yield' }], registered).state
    expect(run([start], yielded).last).toEqual([{ type: 'register' }])
  })
})

describe('the phone of another computer takes the extension', () => {
  it('registers no more by itself, whatever happens to the socket, and asks for nothing', () => {
    const taken = run([{ type: 'displaced' }], registered)
    expect(taken.state).toMatchObject({ phase: 'connected', wantRegistered: false, displaced: true })
    expect(taken.last).toContainEqual({ type: 'unregister' })
    const later = run([closed, { type: 'timer' }, open, { type: 'resume' }, open, { type: 'online' }, open], taken.state)
    expect(later.commands.filter(({ type }) => type === 'register')).toEqual([])
    expect(later.state.displaced).toBe(true)
  })

  it('still says so once its socket is closed, until a person takes the extension back', () => {
    const idle = run([{ type: 'displaced' }, { type: 'stop' }], registered).state
    expect(idle).toMatchObject({ phase: 'off', displaced: true })
    expect(run([{ type: 'resume' }, { type: 'online' }], idle).commands).toEqual([])
    const back = run([start, open], idle)
    expect(back.last).toContainEqual({ type: 'register' })
    expect(back.state).toMatchObject({ displaced: false, claims: true })
  })

  it('takes it only for a person: with the page, with a click, never with a new socket', () => {
    expect(run([start, open]).state.claims).toBe(true)
    expect(registered.claims).toBe(false)
    expect(run([[9000, closed], open], registered).state.claims).toBe(false)
    expect(run([{ type: 'resume' }, open], registered).state.claims).toBe(false)
    expect(run([closed, { type: 'retry' }, open], registered).state.claims).toBe(true)
    expect(run([{ type: 'displaced' }, start], registered).state.claims).toBe(true)
  })

  it('is no news without a registration to lose', () => {
    expect(run([{ type: 'displaced' }]).state.displaced).toBe(false)
    expect(run([start, { type: 'displaced' }]).state.displaced).toBe(false)
    expect(run([{ type: 'yield' }, { type: 'displaced' }], registered).state.displaced).toBe(false)
  })
})

const anyEvent: fc.Arbitrary<LinkEvent> = fc.oneof(
  fc.constantFrom<LinkEvent>(
    start,
    { type: 'stop' },
    { type: 'yield' },
    { type: 'displaced' },
    open,
    closed,
    { type: 'socketDead' },
    { type: 'online' },
    { type: 'offline' },
    { type: 'resume' },
    ok,
    { type: 'timer' },
    { type: 'retry' },
  ),
  fc.record({
    type: fc.constant('registerFailed' as const),
    status: fc.constantFrom(0, 401, 403, 408, 500, 503),
    retryAfterMs: fc.option(fc.integer({ min: 0, max: 60_000 })),
  }),
)

describe('whatever happens', () => {
  it('never waits without a timer, never connects offline by itself, never registers without a socket', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), fc.double({ min: 0, max: 1, noNaN: true }), (events, chance) => {
        let state = initialLink
        let timer = false
        let nowMs = 0
        for (const event of events) {
          nowMs += 700
          if (event.type === 'timer') timer = false
          const [next, commands] = stepLink(state, event, { nowMs, chance })
          for (const command of commands) {
            if (command.type === 'startTimer') timer = true
            if (command.type === 'cancelTimer') timer = false
            if (command.type === 'register') expect(next.phase).toBe('connected')
            if (command.type === 'connect') {
              expect(next.phase).toBe('connecting')
              // Only what a person or a loud hint asks for may try without a network.
              if (!next.online) expect(['retry', 'timer', 'socketDead', 'registerFailed', 'socketClosed']).toContain(event.type)
            }
          }
          if (next.phase === 'backingOff') expect(timer).toBe(true)
          if (next.phase === 'offline') expect(next.online).toBe(false)
          if (next.phase === 'registered') expect(next).toMatchObject({ wantRegistered: true, displaced: false })
          state = next
        }
      }),
    )
  })
})
