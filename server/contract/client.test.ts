import { expect, it, vi } from 'vitest'
import { createApiClient } from './client.ts'

const clientOf = (body: string) =>
  createApiClient({ baseUrl: () => '', token: () => null, fetch: async () => new Response(body) })

it('waits longer for a file than for an answer', async () => {
  const timeout = vi.spyOn(AbortSignal, 'timeout')
  expect(await clientOf('a,b').callsCsv({ query: { fromMs: 0, toMs: 1 } })).toBe('a,b')
  expect(await clientOf('{}').signOut()).toEqual({})
  expect(timeout.mock.calls).toEqual([[120_000], [10_000]])
})

it.each(['<html>Please sign in to the network</html>', '{"ok":"yes"}', ''])(
  'takes %j for no answer of the server',
  async (body) => {
    await expect(clientOf(body).health()).rejects.toMatchObject({ name: 'ApiError', code: 'internal', retryable: true })
  },
)
