import { readFile, realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'

export const appScheme = 'app'
export const appOrigin = 'app://callsync'

export interface AppProtocolDeps {
  /** The folder of the built pages. Nothing outside it is ever read. */
  readonly folder: string
  /** Asked for each answer: the first start does not know the server yet. */
  readonly contentSecurityPolicy: () => string
}

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.wav': 'audio/wav',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

/** Answers requests for `app://callsync/…` from one folder. A page address without a file of its own gets the app's index. */
export function createAppProtocol(deps: AppProtocolDeps): (request: Request) => Promise<Response> {
  const answer = (path: string, content: Buffer) =>
    new Response(new Uint8Array(content), {
      headers: {
        'content-type': contentTypes[extname(path).toLowerCase()] ?? 'application/octet-stream',
        'content-security-policy': deps.contentSecurityPolicy(),
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        // From the own disk a long life brings nothing, and after an update it would show old pages.
        'cache-control': 'no-cache',
      },
    })

  return async (request) => {
    if (request.method !== 'GET') return refuse(405)
    const url = URL.parse(request.url)
    // By scheme and host: Node gives `null` as the origin of a scheme that only Electron knows.
    if (!url || url.protocol !== `${appScheme}:` || url.host !== 'callsync') return refuse(404)
    const path = decodePath(url.pathname)
    if (path === null) return refuse(400)
    const content = await readJailed(deps.folder, path)
    if (content !== null) return answer(path, content)
    if (path !== '/' && !request.headers.get('accept')?.includes('text/html')) return refuse(404)
    const index = await readJailed(deps.folder, '/index.html')
    return index === null ? refuse(404) : answer('/index.html', index)
  }
}

/** The file's content; null when there is none inside the folder, also when a link leads out of it. */
async function readJailed(folder: string, path: string): Promise<Buffer | null> {
  try {
    const jail = await realpath(folder)
    const file = await realpath(join(jail, path))
    return file.startsWith(jail + sep) ? await readFile(file) : null
  } catch {
    return null
  }
}

function decodePath(pathname: string): string | null {
  try {
    const path = decodeURIComponent(pathname)
    return path.includes('\0') ? null : path
  } catch {
    return null
  }
}

const refuse = (status: number) => new Response(null, { status })
