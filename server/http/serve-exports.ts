import { createReadStream } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import { exportFilePath } from '../contract/index.ts'
import { AppError } from '../errors.ts'

/** What serving needs of the exports. */
export interface ExportTickets {
  open(ticket: string): { path: string; fileName: string; bytes: number; done: () => void } | null
}

const types: Readonly<Record<string, string>> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

/** Finished exports by ticket, as downloads: a link can send no bearer token. A file is taken once. */
export async function serveExports(app: FastifyInstance, deps: { exports: ExportTickets }): Promise<void> {
  app.get<{ Params: { ticket: string } }>(`${exportFilePath}:ticket`, { schema: { hide: true } }, async (request, reply) => {
    const file = deps.exports.open(request.params.ticket)
    if (!file) throw new AppError('notFound', 'this ticket opens no file')
    const stream = createReadStream(file.path)
    reply.raw.once('finish', file.done)
    return reply
      .header('cache-control', 'private, no-store')
      .header('content-length', file.bytes)
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.fileName)}`)
      .header('x-content-type-options', 'nosniff')
      .type(types[file.fileName.split('.').at(-1) ?? ''] ?? 'application/octet-stream')
      .send(stream)
  })
}
