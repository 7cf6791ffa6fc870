import { expect, it } from 'vitest'
import { afterUpgrade } from './after-upgrade.ts'
import type { Ask } from './read-pool.ts'

it('says that the record is being upgraded, instead of asking it what it lacks', async () => {
  let upgrading = true
  const asked: string[] = []
  const rows: Ask = async ({ sql }) => {
    asked.push(sql)
    return [{ one: 1 }]
  }
  const reader = afterUpgrade(
    {
      rows,
      together: (texts) => Promise.all(texts.map(rows)),
      snapshot: (work) => work(rows),
      stop: async () => undefined,
    },
    () => upgrading,
  )
  const text = { sql: 'select 1 as one', parameters: [] }
  for (const question of [() => reader.rows(text), () => reader.together([text]), () => reader.snapshot((ask) => ask(text))])
    await expect(question()).rejects.toMatchObject({ code: 'recordUpgrading', retryAfterMs: 5_000 })
  expect(asked).toEqual([])
  upgrading = false
  expect(await reader.rows(text)).toEqual([{ one: 1 }])
  expect(await reader.together([text])).toEqual([[{ one: 1 }]])
  expect(await reader.snapshot((ask) => ask(text))).toEqual([{ one: 1 }])
})
