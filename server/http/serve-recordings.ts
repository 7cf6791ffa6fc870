import type { FastifyInstance } from 'fastify'
import { RecordingChannel, recordingAudioPath } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { LentAudio } from '../recordings/index.ts'

/** What serving needs of the recordings. */
export interface RecordingTickets {
  open(ticket: string, channel: RecordingChannel): Promise<LentAudio | null>
}

/** Audio by ticket, in ranges: an audio element asks for the part it plays. The ticket is the right to hear it. */
export async function serveRecordings(app: FastifyInstance, deps: { recordings: RecordingTickets }): Promise<void> {
  app.get<{ Params: { ticket: string; channel: string } }>(
    `${recordingAudioPath}:ticket/:channel`,
    { schema: { hide: true } },
    async (request, reply) => {
      const channel = RecordingChannel.safeParse(request.params.channel)
      const audio = channel.success ? await deps.recordings.open(request.params.ticket, channel.data) : null
      if (audio === null) throw new AppError('notFound', 'this ticket opens no recording, or it is not there any more')
      const { size } = audio
      const range = readRange(request.headers.range, size)
      reply.header('accept-ranges', 'bytes').header('cache-control', 'private, no-store').type('audio/wav')
      if (range === 'unsatisfiable') return reply.status(416).header('content-range', `bytes */${size}`).send()
      if (range === null) return reply.header('content-length', size).send(audio.read(0, size - 1))
      const { first, last } = range
      return reply
        .status(206)
        .header('content-range', `bytes ${first}-${last}/${size}`)
        .header('content-length', last - first + 1)
        .send(audio.read(first, last))
    },
  )
}

/** One range, as players ask for; null: the whole file (several ranges are answered so too, which is allowed). */
export function readRange(header: string | undefined, size: number): { first: number; last: number } | 'unsatisfiable' | null {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (from === '' && to === '') return null
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from)
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1)
  return first >= size || first > last ? 'unsatisfiable' : { first, last }
}
