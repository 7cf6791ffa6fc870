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

it('writes nothing on a socket while there is no network, unless that lasts for longer than anybody would believe', async () => {
  const link = new FakeSipLink()
  const clock = new ManualClock()
  const probes = () => link.asked.filter((what) => what === 'probe').length
  const driver = new LinkDriver({ link, clock, chance: () => 0, onState: () => undefined, resyncCalls: () => undefined })
  driver.on({ type: 'start' })
  await clock.advance(0)
  // The network goes: the change is told first.
  driver.probeNow()
  driver.on({ type: 'offline' })
  await clock.advance(6_000)
  expect(probes()).toBe(0)
  await clock.advance(6_000)
  expect(probes()).toBe(1)
  driver.on({ type: 'online' })
  await clock.advance(3_000)
  expect(probes()).toBe(2)
  driver.probeNow()
  await clock.advance(100)
  expect(probes()).toBe(3)
  driver.reset()
})
