import { describe, expect, it } from 'vitest'
import { createApiClient } from './client.ts'

const clientOf = (body: string) =>
  createApiClient({ baseUrl: () => '', token: () => null, fetch: async () => new Response(body) })

it.each(['<html>Please sign in to the network</html>', '{"ok":"yes"}', ''])(
  'takes %j for no answer of the server',
  async (body) => {
    await expect(clientOf(body).health()).rejects.toMatchObject({ name: 'ApiError', code: 'internal', retryable: true })
  },
)

describe('reports of a newer server', () => {
  const times = { id: 'times', filters: ['queues'], groupings: ['day'], figures: [], shown: [] }
  const shown = async (...reports: readonly object[]) => {
    const body = { today: 20_261_121, timeZone: 'UTC', reports, figures: [], queues: [], operators: [] }
    return (await clientOf(JSON.stringify(body)).reportDefinitions()).reports
  }

  it('are shown by what is known of them', async () => {
    expect(await shown({ ...times, filters: ['mood', 'queues'], groupings: ['day', 'fiveMinutes'] })).toEqual([times])
  })

  it('leave the others to be shown where one is not known', async () => {
    expect(await shown({ ...times, id: 'moods' }, times)).toEqual([times])
  })

  it('leave the others to be shown where no row of one is known', async () => {
    expect(await shown({ ...times, id: 'queues', groupings: ['mood'] }, times)).toEqual([times])
  })
})
