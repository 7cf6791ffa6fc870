import { expect, it } from 'vitest'
import { afterUpgrade } from './after-upgrade.ts'

it('says that the record is being upgraded, instead of asking it what it lacks', async () => {
  let upgrading = true
  const asked: string[] = []
  const reader = afterUpgrade(
    {
      rows: async ({ sql }) => {
        asked.push(sql)
        return [{ one: 1 }]
      },
      stop: async () => undefined,
    },
    () => upgrading,
  )
  const text = { sql: 'select 1 as one', parameters: [] }
  await expect(reader.rows(text)).rejects.toMatchObject({ code: 'recordUpgrading', retryAfterMs: 5_000 })
  expect(asked).toEqual([])
  upgrading = false
  expect(await reader.rows(text)).toEqual([{ one: 1 }])
})
