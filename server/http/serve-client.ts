import { existsSync } from 'node:fs'
import { join, sep } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { wallboardPagePath } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import { sendError } from './error-reply.ts'

const notBuilt = `<!doctype html><meta charset="utf-8"><title>CallSync Central</title>
<style>body{font:16px/1.5 system-ui;max-width:40rem;margin:15vh auto;padding:0 1rem}code{background:#8883;padding:.1em .4em;border-radius:4px}</style>
<h1>CallSync Central</h1><p lang="ru">Сервер работает, но страницы программы не собраны. Выполните <code>npm run build</code> в папке проекта и обновите эту страницу.</p>
<p lang="en">The server is running, but its pages are not built. Run <code>npm run build</code> in the project's folder and reload this page.</p>`

/** The browser client: hashed assets for a year, everything else fresh, its one page for every address it has, and the wallboard's. */
export async function serveClient(app: FastifyInstance, deps: { staticDir: string }): Promise<void> {
  const { staticDir } = deps
  const assets = ['', 'wallboard'].map((page) => join(staticDir, page, 'assets') + sep)
  await app.register(fastifyStatic, {
    root: staticDir,
    suppressWarning: true,
    index: false,
    cacheControl: false,
    setHeaders: (reply, path) => {
      const hashed = assets.some((folder) => path.startsWith(folder))
      reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  const sendPage = async (reply: FastifyReply, page = 'index.html') => {
    if (existsSync(join(staticDir, page))) return reply.sendFile(page)
    return reply.status(503).type('text/html; charset=utf-8').header('cache-control', 'no-store').send(notBuilt)
  }
  app.get('/', { schema: { hide: true } }, async (_, reply) => sendPage(reply))
  // Typed with a remote, the slash is soon forgotten.
  for (const path of [wallboardPagePath, wallboardPagePath.slice(0, -1)])
    app.get(path, { schema: { hide: true } }, async (_, reply) => sendPage(reply, join('wallboard', 'index.html')))
  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?')[0] ?? '/'
    // A missing asset must not come back as a page: an old tab would try to run it.
    const isPage = request.method === 'GET' && !path.startsWith('/api/') && !/\.\w+$/.test(path)
    if (!isPage) return sendError(reply, new AppError('notFound', 'no such address'))
    return sendPage(reply)
  })
}
