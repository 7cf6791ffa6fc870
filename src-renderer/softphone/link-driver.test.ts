import { expect, it } from 'vitest'
import { ManualClock } from '../platform/manual-clock.ts'
import { LinkDriver } from './link-driver.ts'
import { FakeSipLink } from './sip/fake-sip-link.ts'

it('waits little for the answer to the first REGISTER on a socket, which a PBX that has just started drops', async () => {
  const link = new FakeSipLink()
  const clock = new ManualClock()
  const limits: number[] = []
  link.onRegister = (limitMs) => {
    limits.push(limitMs)
    return limits.length < 5 ? { ok: false, status: 0, retryAfterMs: null } : { ok: true }
  }
  const phases: string[] = []
  const driver = new LinkDriver({
    link,
    clock,
    chance: () => 0,
    onState: ({ phase }) => phases.push(phase),
    resyncCalls: () => undefined,
  })
  driver.on({ type: 'start' })
  await clock.advance(0)
  // After three it is the socket that is given up, and the next one begins with little again.
  expect(limits).toEqual([800, 1200, 2000, 800, 1200])
  expect(link.asked.filter((what) => what === 'connect')).toHaveLength(2)
  expect(phases.at(-1)).toBe('registered')
  driver.reset()
})

/** A phone that is registered, and how often it has asked whether its socket carries. */
async function registered(link = new FakeSipLink()) {
  const clock = new ManualClock()
  const driver = new LinkDriver({ link, clock, chance: () => 0, onState: () => undefined, resyncCalls: () => undefined })
  driver.on({ type: 'start' })
  await clock.advance(0)
  return { driver, clock, probes: () => link.asked.filter((what) => what === 'probe').length }
}

it('passes over the first probe after word that there is no network, and no other', async () => {
  const { driver, clock, probes } = await registered()
  // The change is told first.
  driver.probeNow()
  driver.on({ type: 'offline' })
  await clock.advance(3_000)
  expect(probes()).toBe(0)
  await clock.advance(100)
  expect(probes()).toBe(1)
  await clock.advance(3_000)
  expect(probes()).toBe(2)
  driver.on({ type: 'online' })
  await clock.advance(3_000)
  expect(probes()).toBe(3)
  driver.probeNow()
  await clock.advance(100)
  expect(probes()).toBe(4)
  driver.reset()
})

it('asks as often as ever after a change of the network that came while an answer was awaited', async () => {
  const link = new FakeSipLink()
  const { driver, clock, probes } = await registered(link)
  const answers: ((alive: boolean) => void)[] = []
  link.onProbe = () => new Promise((answer) => answers.push(answer))
  await clock.advance(3_000)
  driver.probeNow()
  link.onProbe = () => true
  answers[0]?.(true)
  await clock.advance(30_000)
  // One under way, the one asked for, and then each 3 s.
  expect(probes()).toBe(11)
  driver.reset()
})
