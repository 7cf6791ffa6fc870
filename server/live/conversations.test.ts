import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { galina } from '../calls/fixture.ts'
import { conversationsOf } from '../contract/index.ts'
import type { AmiEvent, PbxSnapshot } from '../telephony/ami-event.ts'
import { heal } from '../telephony/live/heal.ts'
import { emptyLiveState } from '../telephony/live/live-state.ts'
import { playerOf } from '../telephony/live/recorded-call.ts'
import { reduce } from '../telephony/live/reducer.ts'
import { open } from './fixture.ts'

/** The recordings' room, by a name as the product gives its own. */
const lines = <T>(file: string): T[] =>
  readFileSync(new URL(`../telephony/live/fixtures/${file}.jsonl`, import.meta.url), 'utf8')
    .trim()
    .replaceAll('"4711"', '"471147114711"')
    .split('\n')
    .map((line): T => JSON.parse(line))

/** What a supervisor sees of a recorded day, each time it looks different: a line a conversation. */
function seen(name: string): string[] {
  const { telephony, board } = open()
  const [begin] = lines<{ snapshot: PbxSnapshot }>(`${name}.snapshots`)
  if (!begin) throw new Error('not recorded')
  let { state } = heal(emptyLiveState, begin.snapshot)
  const looks: string[] = []
  for (const event of lines<AmiEvent>(name)) {
    const step = reduce(state, event)
    state = step.state
    telephony.replay(state.pbx, step.changes)
    const look = conversationsOf(board.viewFor(galina).calls)
      .map(({ call, joined }) => {
        const operators = new Set([call, ...joined].flatMap(({ operatorIds }) => operatorIds))
        return [
          call.direction,
          call.state,
          ...operators,
          ...(call.participants.length > 1 ? ['of', call.participants.length] : []),
        ]
      })
      .map((parts) => parts.join(' '))
      .join(' + ')
    if (look !== looks.at(-1)) looks.push(look)
  }
  return looks
}

const inConference = (looks: readonly string[]) => looks.filter((look) => look.includes(' of '))

it('three in a conference are one conversation, the customer’s, with all its operators, until it is over', () => {
  const looks = seen('conference-colleague')
  expect(looks).toContain('inbound held anna + internal talking anna boris')
  expect(inConference(looks)).toEqual([
    // The one who makes it goes in first, with the customer.
    'inbound talking anna of 2 + internal talking anna boris',
    'inbound talking anna of 2 + internal talking boris',
    'inbound talking anna boris of 3',
    'inbound talking anna boris of 2',
    'inbound talking boris of 2',
  ])
})

it('with somebody outside it is that of the customer who was there first', () => {
  const looks = seen('conference-outside')
  expect(looks).toContain('inbound held anna + outbound held anna')
  expect(inConference(looks)).toEqual([
    'inbound talking anna of 2 + outbound held anna',
    'inbound talking anna of 3',
    'inbound talking anna of 2 + outbound connecting',
    'inbound talking anna of 2',
  ])
})

it.each([
  ['attended-transfer-asked-first', 'inbound', '+79161234567'],
  ['attended-transfer-called-for', 'outbound', '+79165550002'],
])('a talk that somebody outside was transferred into is theirs, and its hold before is not: %s', (name, direction, number) => {
  const { telephony, board, clock } = open()
  const play = playerOf(name, telephony)
  play(1)
  expect(board.viewFor(galina).calls).toContainEqual(expect.objectContaining({ direction: 'internal', state: 'held' }))
  clock.advance(5_000)
  play(2)
  const theirs = { direction, number, state: 'talking', operatorIds: ['boris'], heldMs: 0, heldSinceMs: null }
  expect(board.viewFor(galina).calls).toMatchObject([theirs])
})
