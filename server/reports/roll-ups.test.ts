import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Grouping, ReportFilter } from '../contract/index.ts'
import { addHistory, keepRollUps, openRecordRig, type RecordRig } from './fixture.ts'
import { addCards, addSpans } from './fixture-people.ts'
import { type SourceId, sumIds, sumOf } from './metrics/index.ts'
import { answers, filterNames, sumsQuestions } from './queries/questions.ts'
import { dayOfCount } from './queries/site-clock.ts'
import { momentsOf } from './queries/site-days.ts'
import { sources } from './queries/sources.ts'
import type { SqlText } from './queries/sql-text.ts'

let rig: RecordRig
beforeAll(async () => {
  rig = await openRecordRig()
  addHistory(rig, { calls: 1_500, days: 12, seed: 5 })
  addSpans(rig)
  keepRollUps(rig.record)
  await addCards(rig)
  await rig.sumCards()
})
afterAll(() => rig.close())

const days = { fromDay: 20_261_110, toDay: 20_261_119 }
const anna = { id: 'anna', times: [{ extension: '1001', fromMs: 0, toMs: null }] }
const boris = { id: 'boris', times: [{ extension: '1002', fromMs: 0, toMs: null }] }
const selection = ({ operators, ...filter }: ReportFilter) => ({
  days,
  moments: momentsOf(days, 'Europe/Moscow'),
  filter,
  people: operators ? [anna, boris].filter(({ times }) => times.some(({ extension }) => operators.includes(extension))) : null,
  nowMs: rig.clock.nowMs(),
  endMs: momentsOf(days, 'Europe/Moscow').toMs,
  cardSums: true,
  timeZone: 'Europe/Moscow',
})

describe('roll-ups', () => {
  const kept = Object.keys(sources).filter((id): id is SourceId => id in sources && sources[id as SourceId].rollUps !== undefined)
  const filters: ReportFilter[] = [
    {},
    { queues: ['701', '703'] },
    { operators: ['1001'] },
    { operators: ['1002'], queues: ['702'] },
    { direction: 'inbound' },
  ]
  const groupings: (Grouping | null)[] = [
    null,
    'queue',
    'operator',
    'day',
    'hour',
    'hourOfDay',
    'weekday',
    'direction',
    'cause',
    'pauseReason',
  ]

  it.each(kept.flatMap((source) => filters.map((filter) => ({ source, filter }))))(
    'of $source say what the detail says, by $filter',
    async ({ source, filter }) => {
      const rollUps = sources[source].rollUps ?? []
      const wanted = sumIds.filter((id) => sumOf(id).source === source && rollUps.some(({ sums }) => sums[id] !== undefined))
      expect(wanted.length).toBeGreaterThan(1)
      let compared = 0
      for (const groupBy of groupings) {
        if (!answers(source, groupBy, filterNames(filter))) continue
        const rows = async (detailOnly: boolean) => {
          const questions = sumsQuestions(wanted, { selection: selection(filter), groupBy, detailOnly })
          expect(questions).toHaveLength(1)
          const [question] = questions
          return question
            ? { from: question.text.sql, rows: withSomething(await rig.reader.rows(question.text), question.countsDays) }
            : null
        }
        const [fast, exact] = [await rows(false), await rows(true)]
        if (fast?.from === exact?.from) continue
        expect(fast?.rows).toEqual(exact?.rows)
        expect(fast?.rows.length).toBeGreaterThan(0)
        compared++
      }
      const usable = rollUps.some(({ filters: own }) => Object.keys(filter).every((name) => name in own))
      expect(compared > 0).toBe(usable)
    },
  )
})

it('sums of cards are the own ones of a person whose extension changed, and are left alone until they are whole', async () => {
  const now = { id: 'anna', times: [{ extension: '1001', fromMs: rig.clock.nowMs(), toMs: null }] }
  const asked = { ...selection({}), people: [now] }
  const [kept, cards] = [true, false].map((cardSums) =>
    sumsQuestions(['cards', 'wrapUpMs'], { selection: { ...asked, cardSums }, groupBy: null }).map(({ text }) => text),
  )
  const read = async (texts: readonly SqlText[] = []) => Promise.all(texts.map((text) => rig.reader.rows(text)))
  expect(kept?.map(({ sql }) => sql.includes('card_sums'))).toEqual([true])
  expect(cards?.map(({ sql }) => sql.includes('card_sums'))).toEqual([false])
  expect(await read(kept)).toEqual(await read(cards))
  expect(await read(kept)).not.toMatchObject([[{ cards: 0 }]])
})

it('every sum can be read from its detail and from its roll-up', async () => {
  for (const detailOnly of [true, false])
    for (const { text } of sumsQuestions(sumIds, { selection: selection({}), groupBy: null, detailOnly }))
      await expect(rig.reader.rows(text)).resolves.toHaveLength(1)
})

/** Groups of nothing are not shown: a roll-up has rows for what its other sums count. */
const withSomething = (rows: readonly unknown[], countsDays = false): string[] =>
  rows
    .map((row) => Object.entries(row ?? {}))
    .filter((row) => row.some(([name, value]) => name !== 'group_key' && value !== 0))
    .map((row) => row.map(([name, value]) => [name, countsDays && name === 'group_key' ? dayOfCount(Number(value)) : value]))
    .map((row) => JSON.stringify(Object.fromEntries(row)))
    .toSorted()
