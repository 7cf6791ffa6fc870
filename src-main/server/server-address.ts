import { z } from 'zod'
import { contractVersion } from '../../server/contract/live-wire.ts'
import type { ServerCheck } from '../../src-preload/contract/index.ts'
import { StorageFailure } from '../drafts/storage-failure.ts'
import { writePrivateFile } from '../private-file.ts'
import { type Config, parseServerUrl } from './config.ts'

const timeoutMs = 5_000
const maxReplyBytes = 64 * 1024

/** What is needed of the server's answer here; the rest may change. */
const Health = z.object({ product: z.literal('callsync'), contractVersion: z.number().int(), serverVersion: z.string() })

export interface ServerAddress {
  /** Without a slash at the end; empty while nobody has said where the server is. */
  current(): string
  check(address: string): Promise<ServerCheck>
  /** Keeps the address when the check finds it good. */
  use(address: string): Promise<ServerCheck>
}

export interface ServerAddressDeps {
  readonly config: Config
  readonly choiceFile: string
  /** Of the app's network stack: with its proxies, its certificates and the company's policy about them. */
  readonly fetch: (
    url: string,
    options: { redirect: 'error'; signal: AbortSignal; cache: 'no-store'; credentials: 'omit' },
  ) => Promise<Response>
  readonly readFingerprint: (url: URL, timeoutMs: number) => Promise<string | null>
  /** Another server than before: what belongs to the old one has to go, the pages begin anew. */
  readonly onChanged: () => void
}

export function createServerAddress(deps: ServerAddressDeps): ServerAddress {
  let current = deps.config.serverUrl

  const check = async (text: string): Promise<ServerCheck> => {
    const address = parseServerUrl(text)
    if (address === null) return { result: 'invalid' }
    const signal = AbortSignal.timeout(timeoutMs)
    try {
      const reply = await deps.fetch(`${address}/api/health`, {
        redirect: 'error',
        signal,
        cache: 'no-store',
        credentials: 'omit',
      })
      const health = Health.safeParse(parseJson(await readText(reply)))
      if (!reply.ok || !health.success) return { result: 'notCallSync' }
      const { contractVersion: server, serverVersion } = health.data
      return server === contractVersion
        ? { result: 'ok', address, serverVersion }
        : { result: 'otherVersion', server, client: contractVersion }
    } catch (cause) {
      const detail = codeOf(cause)
      if (!isCertificateProblem(detail)) return { result: 'unreachable', detail: signal.aborted ? 'timeout' : detail }
      return { result: 'certificate', detail, fingerprint: await deps.readFingerprint(new URL(address), timeoutMs) }
    }
  }

  return {
    current: () => current ?? '',
    check,
    async use(text) {
      if (deps.config.managed) return { result: 'managed', address: current ?? '' }
      const checked = await check(text)
      if (checked.result !== 'ok') return checked
      const changed = checked.address !== current
      try {
        writePrivateFile(deps.choiceFile, JSON.stringify({ serverUrl: checked.address }))
      } catch (cause) {
        throw new StorageFailure('The address could not be kept: the data folder of the program cannot be written to.', { cause })
      }
      current = checked.address
      if (changed) deps.onChanged()
      return checked
    },
  }
}

/** Electron says `net::ERR_CERT_…` in the message, Node a code in the cause. */
function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown'
  const inner = cause.cause
  if (inner instanceof Error && 'code' in inner && typeof inner.code === 'string') return inner.code
  return /net::(ERR_\w+)/.exec(cause.message)?.[1] ?? cause.name
}

const isCertificateProblem = (code: string): boolean =>
  /^ERR_(CERT|SSL|TLS_CERT)|^CERT_|SELF_SIGNED|^UNABLE_TO_(VERIFY|GET_ISSUER)/.test(code) &&
  code !== 'ERR_SSL_PROTOCOL_ERROR' &&
  code !== 'ERR_SSL_WRONG_VERSION_NUMBER'

/** No more than an answer of ours can have. */
async function readText(reply: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of reply.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > maxReplyBytes) return ''
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
