import { expect, it } from 'vitest'
import { createApiClient } from './client.ts'

const clientOf = (body: string) =>
  createApiClient({ baseUrl: () => '', token: () => null, fetch: async () => new Response(body) })

it.each(['<html>Please sign in to the network</html>', '{"ok":"yes"}', ''])(
  'takes %j for no answer of the server',
  async (body) => {
    await expect(clientOf(body).health()).rejects.toMatchObject({ name: 'ApiError', code: 'internal', retryable: true })
  },
)

it('shows the reports of a newer server by what it knows of them', async () => {
  const report = { id: 'times', filters: ['mood', 'queues'], groupings: ['day', 'fiveMinutes'], figures: [], shown: [] }
  const body = { today: 20_261_121, timeZone: 'UTC', reports: [report], figures: [], queues: [], operators: [] }
  const { reports } = await clientOf(JSON.stringify(body)).reportDefinitions()
  expect(reports).toEqual([{ ...report, filters: ['queues'], groupings: ['day'] }])
})
