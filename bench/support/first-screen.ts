// What stands between an empty window and its first picture: the build's own files over a local server, signed out and signed in.
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Browser, chromium } from '@playwright/test'
import { ensureChromium } from '../../scripts/chromium.ts'
import { projectRoot } from '../../scripts/run.ts'
import type { Session } from '../../server/contract/index.ts'
import { chromiumArgs } from '../../tests/support/people.ts'
import { atMost, type Figure, percentile } from '../figure.ts'

const built = join(projectRoot, 'out/renderer')
const times = 5
const operator: Session = {
  user: { id: 'bench', email: 'anna@example.com', name: 'Анна', role: 'operator', extension: '1001', active: true },
  demo: false,
  serverVersion: 'bench',
  phoneRegion: 'RU',
}
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

// What the page's functions below see; this file is not compiled for the browser.
declare const performance: {
  getEntriesByName(name: string): readonly { startTime: number }[]
  getEntriesByType(type: 'resource'): readonly { name: string; startTime: number }[]
}

export async function firstScreen(): Promise<Figure[]> {
  if (!existsSync(join(built, 'index.html'))) throw new Error('Build the app first: npm run build')
  const browser = await chromium.launch({ executablePath: await ensureChromium(), args: chromiumArgs })
  try {
    return [
      ...(await figuresOf(browser, { name: 'sign-in', path: '/workplace', scriptKb: 350 }, null)),
      // The server answers who the person is and nothing else: the screen stands and waits for its data.
      ...(await figuresOf(browser, { name: 'workplace', path: '/workplace', scriptKb: 350 }, operator)),
      // For a stick in a television.
      ...(await figuresOf(browser, { name: 'wallboard', path: '/wallboard/', scriptKb: 120 }, null)),
    ]
  } finally {
    await browser.close()
  }
}

interface Screen {
  readonly name: string
  readonly path: string
  /** The most JavaScript it may take. */
  readonly scriptKb: number
}

async function figuresOf(browser: Browser, { name, path, scriptKb }: Screen, session: Session | null): Promise<Figure[]> {
  const server = serve(session)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const paints: number[] = []
    const scripts = new Set<string>()
    for (let time = 0; time < times; time++) {
      const first = await firstPaint(browser, `http://127.0.0.1:${port}${path}`)
      paints.push(first.atMs)
      for (const script of first.scripts) scripts.add(script)
    }
    const bytes = [...scripts].reduce((sum, script) => sum + gzipSync(readFileSync(join(built, script))).byteLength, 0)
    return [
      atMost(`JavaScript asked for before the first paint (${name}), gzip`, bytes / 1_000, 'kB', scriptKb),
      atMost(`first contentful paint (${name}), empty cache, local server, p50`, percentile(paints, 50), 'ms', 1_500),
    ]
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

function serve(session: Session | null): Server {
  return createServer((request, reply) => {
    const path = new URL(request.url ?? '/', 'http://page').pathname
    if (path.startsWith('/api')) {
      const signedIn = path === '/api/session' && session !== null
      reply.writeHead(signedIn ? 200 : session === null ? 401 : 503, { 'content-type': 'application/json' })
      return void reply.end(JSON.stringify(signedIn ? session : {}))
    }
    const file = join(built, extname(path) !== '' ? path : path === '/wallboard/' ? 'wallboard/index.html' : 'index.html')
    if (!existsSync(file)) return void reply.writeHead(404).end()
    reply.setHeader('content-type', types[extname(file)] ?? 'text/html')
    reply.end(readFileSync(file))
  })
}

/** When something was first seen, and the scripts that had been asked for by then. */
async function firstPaint(browser: Browser, address: string): Promise<{ atMs: number; scripts: readonly string[] }> {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    await page.goto(address)
    const paint = await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime)
    const atMs = (await paint.jsonValue()) ?? Number.NaN
    const resources = await page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name, startTime }) => ({ path: new URL(name).pathname, startTime })),
    )
    const scripts = resources.filter(({ path, startTime }) => extname(path) === '.js' && startTime <= atMs)
    return { atMs, scripts: scripts.map(({ path }) => path) }
  } finally {
    await context.close()
  }
}
