import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
import { RecordingChannel, recordingAudioPath } from '../contract/index.ts'
import { AppError } from '../errors.ts'

/** What serving needs of the recordings. */
export interface RecordingTickets {
  open(ticket: string, channel: RecordingChannel): string | null
}

/** Audio by ticket, in ranges: an audio element asks for the part it plays. The ticket is the right to hear it. */
export async function serveRecordings(app: FastifyInstance, deps: { recordings: RecordingTickets }): Promise<void> {
  app.get<{ Params: { ticket: string; channel: string } }>(
    `${recordingAudioPath}:ticket/:channel`,
    { schema: { hide: true } },
    async (request, reply) => {
      const channel = RecordingChannel.safeParse(request.params.channel)
      const path = channel.success ? deps.recordings.open(request.params.ticket, channel.data) : null
      if (path === null) throw new AppError('notFound', 'this ticket opens no recording')
      const size = await sizeOf(path)
      if (size === null) throw new AppError('notFound', 'the recording is not there any more')
      const range = readRange(request.headers.range, size)
      reply.header('accept-ranges', 'bytes').header('cache-control', 'private, no-store').type('audio/wav')
      if (range === 'unsatisfiable') return reply.status(416).header('content-range', `bytes */${size}`).send()
      if (range === null) return reply.header('content-length', size).send(createReadStream(path))
      const { first, last } = range
      return reply
        .status(206)
        .header('content-range', `bytes ${first}-${last}/${size}`)
        .header('content-length', last - first + 1)
        .send(createReadStream(path, { start: first, end: last }))
    },
  )
}

/** null for a file that was removed since its ticket was made. */
async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size
  } catch {
    return null
  }
}

/** One range, as players ask for; null: the whole file (several ranges are answered so too, which is allowed). */
export function readRange(header: string | undefined, size: number): { first: number; last: number } | 'unsatisfiable' | null {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (from === '' && to === '') return null
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from)
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1)
  return first >= size || first > last ? 'unsatisfiable' : { first, last }
}
