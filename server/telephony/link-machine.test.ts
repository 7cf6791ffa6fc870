import { describe, expect, test } from 'vitest'
import {
  type LinkInput,
  type LinkState,
  linkStatus,
  longestRetryMs,
  offLink,
  refusedRetryMs,
  steadyMs,
  stepLink,
} from './link-machine.ts'

function run(inputs: readonly LinkInput['type'][], from: LinkState = offLink, at = { nowMs: 0, random: 0 }) {
  let state = from
  const effects: string[] = []
  for (const type of inputs) {
    const step = stepLink(state, { type }, at)
    state = step.state
    effects.push(...step.effects.map((effect) => (effect.type === 'retry' ? `retry ${effect.delayMs}` : effect.type)))
  }
  return { state, effects }
}

describe('the link', () => {
  test('comes up step by step', () => {
    const { state, effects } = run(['use', 'connected', 'signedIn', 'synced'])
    expect(effects).toEqual(['close', 'connect', 'signIn', 'sync'])
    expect(linkStatus(state)).toEqual({ state: 'up', problem: null })
  })

  test('that was never up is unreachable, and stays so while it is tried again', () => {
    const { state } = run(['use', 'failed'])
    expect(linkStatus(state)).toEqual({ state: 'down', problem: 'unreachable' })
    expect(linkStatus(run(['retryDue', 'connected'], state).state)).toEqual({ state: 'down', problem: 'unreachable' })
  })

  test('that was up is lost, and stays lost when the next attempts reach nobody', () => {
    const { state } = run(['use', 'connected', 'signedIn', 'synced', 'failed', 'retryDue', 'failed'])
    expect(linkStatus(state)).toEqual({ state: 'down', problem: 'lost' })
  })

  test('waits longer from failure to failure, up to a limit, with jitter of a half', () => {
    const most = { nowMs: 0, random: 0.999999 }
    const delays: string[] = run(
      ['use', ...Array.from({ length: 6 }, () => ['failed', 'retryDue'] as const).flat()],
      offLink,
      most,
    ).effects.filter((effect) => effect.startsWith('retry'))
    expect(delays).toEqual(['retry 1000', 'retry 2000', 'retry 4000', 'retry 8000', 'retry 15000', 'retry 15000'])
    expect(run(['use', 'failed']).effects.at(-1)).toBe('retry 500')
    expect(longestRetryMs).toBe(15_000)
  })

  test('that falls soon after it came up is not tried at speed; one that held starts anew', () => {
    const up = run(['use', 'failed', 'retryDue', 'failed', 'retryDue', 'connected', 'signedIn', 'synced']).state
    const soon = stepLink(up, { type: 'failed' }, { nowMs: steadyMs - 1, random: 0 })
    const later = stepLink(up, { type: 'failed' }, { nowMs: steadyMs, random: 0 })
    expect(soon.effects.at(-1)).toEqual({ type: 'retry', delayMs: 2_000 })
    expect(later.effects.at(-1)).toEqual({ type: 'retry', delayMs: 500 })
  })

  test('with a wrong secret is refused and tried slowly only', () => {
    const { state, effects } = run(['use', 'connected', 'refused'])
    expect(linkStatus(state)).toEqual({ state: 'down', problem: 'refused' })
    expect(effects.at(-1)).toBe(`retry ${refusedRetryMs}`)
  })

  test('that is not used is not configured, and late news do not wake it', () => {
    const { state, effects } = run([
      'use',
      'connected',
      'clear',
      'failed',
      'retryDue',
      'synced',
      'signedIn',
      'connected',
      'resync',
    ])
    expect(linkStatus(state)).toEqual({ state: 'down', problem: 'notConfigured' })
    expect(effects.at(-1)).toBe('close')
  })

  test('stays up while it takes another snapshot', () => {
    const { state, effects } = run(['use', 'connected', 'signedIn', 'synced', 'resync'])
    expect(effects.at(-1)).toBe('sync')
    expect(linkStatus(state)).toEqual({ state: 'up', problem: null })
    expect(run(['synced'], state).state.phase).toBe('up')
  })
})
