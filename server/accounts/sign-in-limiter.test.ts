import { describe, expect, it } from 'vitest'
import { ManualClock } from '../clock.ts'
import { AppError } from '../errors.ts'
import { SignInLimiter } from './sign-in-limiter.ts'

function start() {
  const clock = new ManualClock()
  const limiter = new SignInLimiter({ clock })
  /** 0: let through (and it fails); else how long it is told to wait. */
  const fail = (email: string, address: string): number => {
    try {
      limiter.begin({ account: email, address })
      return 0
    } catch (error) {
      if (error instanceof AppError && error.code === 'tooManyAttempts') return error.retryAfterMs ?? -1
      throw error
    }
  }
  const times = <T>(count: number, action: (index: number) => T): T[] =>
    Array.from({ length: count }, (_, index) => action(index))
  return { clock, limiter, fail, times }
}

describe('SignInLimiter', () => {
  it('doubles the wait of one person at one place, up to a quarter of an hour', () => {
    const { clock, fail, times } = start()
    expect(times(5, () => fail('a@b.test', '1'))).toEqual([0, 0, 0, 0, 0])
    const waits: number[] = []
    for (let i = 0; i < 14; i++) {
      expect(fail('a@b.test', '1')).toBe(0)
      const waitMs = fail('a@b.test', '1')
      expect(waitMs).toBeGreaterThan(0)
      clock.advance(waitMs - 1)
      expect(fail('a@b.test', '1')).toBe(1)
      clock.advance(1)
      waits.push(waitMs)
    }
    expect(waits.slice(0, 5)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000])
    expect(Math.max(...waits)).toBeLessThanOrEqual(15 * 60_000)
  })

  it('counts letters of either case as one e-mail', () => {
    const { fail, times } = start()
    times(6, (index) => fail(index % 2 ? 'A@B.test' : 'a@b.test', '1'))
    expect(fail('a@B.test', '1')).toBe(1_000)
  })

  it('lets a person in from elsewhere while one place is stopped, and stops many places after some more', () => {
    const { fail, times } = start()
    times(6, () => fail('a@b.test', '1'))
    expect(fail('a@b.test', '2')).toBe(0)
    times(20, (index) => fail('a@b.test', `other ${index}`))
    const waitMs = fail('a@b.test', 'one more')
    expect(waitMs).toBeGreaterThan(0)
    expect(waitMs).toBeLessThanOrEqual(60_000)
  })

  it('stops one place that tries many people, and nobody else', () => {
    const { fail, times } = start()
    expect(times(51, (index) => fail(`${index}@b.test`, '1')).every((waitMs) => waitMs === 0)).toBe(true)
    expect(fail('new@b.test', '1')).toBe(1_000)
    expect(fail('new@b.test', '2')).toBe(0)
  })

  it('counts attempts that run at the same time before it knows how they end', () => {
    const { limiter, fail, times } = start()
    const [first] = times(6, () => limiter.begin({ account: 'a@b.test', address: '1' }))
    expect(fail('a@b.test', '1')).toBe(1_000)
    first?.succeeded()
    expect(fail('a@b.test', '1')).toBe(0)
  })

  it('a success does not buy its address new guesses at others', () => {
    const { limiter, fail, times } = start()
    times(50, (index) => fail(`${index}@b.test`, '1'))
    limiter.begin({ account: 'own@b.test', address: '1' }).succeeded()
    expect(fail('51@b.test', '1')).toBe(0)
    expect(fail('52@b.test', '1')).toBe(1_000)
  })

  it('forgets an hour later', () => {
    const { clock, fail, times } = start()
    times(6, () => fail('a@b.test', '1'))
    clock.advance(60 * 60_000)
    expect(times(5, () => fail('a@b.test', '1'))).toEqual([0, 0, 0, 0, 0])
  })
})
