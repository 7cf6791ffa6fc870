import { expect, it } from 'vitest'
import type { ExportState } from '../../server/contract/index.ts'
import { takeExport } from './take-export.ts'

const content = { kind: 'recordedCalls', fromDay: 20_261_120, toDay: 20_261_120, filter: {} } as const
const request = { content, format: 'csv', language: 'ru' } as const
const state = (more: Partial<ExportState>): ExportState => ({
  id: 'x',
  state: 'running',
  rows: 0,
  total: 10,
  fileName: 'calls.csv',
  bytes: null,
  ticket: null,
  ...more,
})

function rig(answers: readonly (ExportState | Error)[], keeps = true) {
  const seen = { rows: [] as number[], cancelled: [] as string[], taken: [] as string[], waits: [] as number[] }
  const left = [...answers]
  const abort = new AbortController()
  const result = () =>
    takeExport(request, {
      api: {
        startExport: async () => state({}),
        exportState: async () => {
          const answer = left.shift() ?? state({})
          if (answer instanceof Error) throw answer
          return answer
        },
        cancelExport: async ({ params }) => {
          seen.cancelled.push(params.id)
          return {}
        },
      },
      files: {
        download: async ({ name, path }) => {
          seen.taken.push(`${name} ${path}`)
          return keeps
        },
      },
      wait: async (lost) => {
        seen.waits.push(lost)
        if (left.length === 0) abort.abort()
      },
      onProgress: ({ rows }) => seen.rows.push(rows),
      signal: abort.signal,
    })
  return { seen, result }
}

const ready = state({ state: 'ready', ticket: 't', rows: 10 })

it('tells how far it is and takes the file, also over a connection that comes and goes', async () => {
  const { seen, result } = rig([state({ rows: 4 }), new Error('offline'), ready])
  expect(await result()).toBe('given')
  expect(seen).toEqual({ rows: [0, 4, 4], cancelled: [], taken: ['calls.csv /api/reports/exports/file/t'], waits: [0, 0, 1] })
})

it('is cancelled on the server when the person does', async () => {
  const { seen, result } = rig([])
  expect(await result()).toBe('cancelled')
  expect(seen).toMatchObject({ cancelled: ['x'], taken: [] })
})

it('says what failed, and what the person did not want to keep', async () => {
  expect(await rig([state({ state: 'failed' })]).result()).toBe('failed')
  expect(await rig([ready], false).result()).toBe('cancelled')
  await expect(rig(Array.from({ length: 8 }, () => new Error('offline'))).result()).rejects.toThrow('offline')
})
