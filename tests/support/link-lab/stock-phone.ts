import { once } from 'node:events'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { project } from '../pbx.ts'

const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' }
const sipJs = join(project, 'node_modules/sip.js/lib')

/** Serves the stock phone's page, and SIP.js to it module by module, on 127.0.0.1. */
export async function serveStockPhone(): Promise<{ port: number; close: () => void }> {
  const server: Server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://stock').pathname)
    const file = path.startsWith('/sip.js/')
      ? join(sipJs, path.slice('/sip.js/'.length))
      : join(import.meta.dirname, 'stock-page', path === '/' ? 'index.html' : path)
    if (!existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' }).end(readFileSync(file))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the stock phone’s page is not served')
  return { port: address.port, close: () => server.close() }
}
