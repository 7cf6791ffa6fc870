import { describe, expect, it } from 'vitest'
import { afterHold, afterMove, doubt, lookAtMedia, type MediaWatch, newWatch } from './media-watch.ts'

interface Look {
  readonly atMs: number
  readonly packets: number
  readonly connection?: RTCPeerConnectionState
  readonly held?: boolean
}

function look(from: MediaWatch, looks: readonly Look[]) {
  let watch = from
  const news: string[] = []
  for (const { atMs, packets, connection = 'connected', held = false } of looks) {
    const [next, told] = lookAtMedia(watch, { nowMs: atMs, packets, connection, held })
    watch = next
    if (told !== null) news.push(`${told} ${atMs}`)
  }
  return { watch, news }
}

/** Every 200 ms, from..to; ten packets each while they flow. */
const looks = (fromMs: number, toMs: number, packetsAt: (atMs: number) => number, rest: Partial<Look> = {}): Look[] =>
  Array.from({ length: (toMs - fromMs) / 200 }, (_, at) => fromMs + at * 200).map((atMs) => ({
    atMs,
    packets: packetsAt(atMs),
    ...rest,
  }))
const flowing = (atMs: number) => atMs / 20
const talking = look(newWatch(0), looks(200, 2_000, flowing)).watch

describe('the watch over packets', () => {
  it('tells a stall after 0.9 s, once, and the end of it', () => {
    const stuck = looks(2_000, 6_000, () => flowing(1_800))
    expect(look(talking, [...stuck, { atMs: 6_000, packets: 300 }]).news).toEqual(['stalled 2800', 'packets 6000'])
  })
  it('is quiet about another that has never been heard', () => {
    expect(
      look(
        newWatch(0),
        looks(200, 6_000, () => 0),
      ).news,
    ).toEqual([])
  })
  it('tells a stall of a call that flowed for less time than there is between two looks', () => {
    expect(
      look(
        newWatch(0),
        looks(200, 3_000, () => 9),
      ).news,
    ).toEqual(['stalled 1200'])
  })
  it('is quiet about a hold, and expects packets after it', () => {
    const held = look(
      talking,
      looks(2_000, 8_000, () => 90, { held: true }),
    )
    expect(held.news).toEqual([])
    expect(
      look(
        afterHold(held.watch, 8_000),
        looks(8_000, 11_000, () => 90),
      ).news,
    ).toEqual(['stalled 9000'])
  })
  it('looks closer when the network changed', () => {
    expect(
      look(
        doubt(talking, 1_900),
        looks(2_000, 6_000, () => 90),
      ).news,
    ).toEqual(['stalled 2200'])
  })
  it('does not take its own sleep for a stall, but looks closer after it', () => {
    expect(
      look(talking, [
        { atMs: 60_000, packets: 90 },
        { atMs: 60_060, packets: 93 },
      ]).news,
    ).toEqual([])
    expect(
      look(
        talking,
        looks(60_000, 61_000, () => 90),
      ).news,
    ).toEqual(['stalled 60400'])
  })
  it('believes a connection that gave up at once; on hold also one that is cut', () => {
    expect(look(talking, [{ atMs: 2_000, packets: 90, connection: 'failed' }]).news).toEqual(['pathFailed 2000'])
    const cut = { packets: 90, connection: 'disconnected' as const }
    expect(look(talking, [{ atMs: 2_000, ...cut }]).news).toEqual([])
    expect(
      look(talking, [
        { atMs: 2_000, ...cut, held: true },
        { atMs: 2_200, ...cut, held: true },
      ]).news,
    ).toEqual(['pathFailed 2000'])
  })
  it('expects whoever was heard to be heard on the connection the call moved to, and moves no second time in vain', () => {
    const silent = looks(2_000, 9_000, () => 0)
    const moved = look(afterMove(talking, 2_000), silent)
    expect(moved.news).toEqual(['stalled 4000'])
    expect(look(afterMove(moved.watch, 2_000), silent).news).toEqual([])
    expect(look(afterMove(newWatch(0), 2_000), silent).news).toEqual([])
  })
  it('still expects whoever was heard when the connection it moved to never came up', () => {
    const never = looks(2_000, 3_600, () => 0, { connection: 'connecting' })
    const silent = looks(4_000, 9_000, () => 0)
    const once = look(afterMove(talking, 2_000), never)
    const again = look(afterMove(once.watch, 4_000), silent)
    expect([once.news, again.news]).toEqual([[], ['stalled 6000']])
    expect(
      look(
        afterMove(again.watch, 9_000),
        looks(9_000, 15_000, () => 0),
      ).news,
    ).toEqual([])
  })
  it('does not read a new connection that counts from zero as a stall', () => {
    const again = looks(2_000, 4_000, (atMs) => (atMs - 2_000) / 20)
    expect(look(talking, again).news).toEqual([])
  })
})
