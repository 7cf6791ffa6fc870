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
