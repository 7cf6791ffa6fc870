import { connect } from 'node:tls'
import type { Policy } from './config.ts'

/** What is needed of the request of Electron's certificate verify procedure. */
export interface CertificateRequest {
  readonly hostname: string
  /** Electron writes `sha256/<base64>`. */
  readonly certificate: { readonly fingerprint: string }
  /** Chromium's own verdict: 0 is valid. */
  readonly errorCode: number
}

export interface CertificateSession {
  setCertificateVerifyProc(proc: ((request: CertificateRequest, callback: (verdict: number) => void) => void) | null): void
}

const accept = 0
const asChromiumSays = -3
/** Nobody vouches for it (-202), or for this name (-200). A certificate that is out of date or revoked stays refused. */
const pardonable: readonly number[] = [-202, -200]

/** A certificate that Chromium refuses is accepted only when the company's policy names this host with this fingerprint. */
export function judgeCertificate(request: CertificateRequest, trusted: Policy['certificates']): number {
  if (!pardonable.includes(request.errorCode)) return asChromiumSays
  return isTrusted(request.hostname, request.certificate.fingerprint, trusted) ? accept : asChromiumSays
}

export function guardCertificates(session: CertificateSession, trusted: Policy['certificates']): void {
  session.setCertificateVerifyProc((request, callback) => callback(judgeCertificate(request, trusted)))
}

function isTrusted(host: string, fingerprint: string, trusted: Policy['certificates']): boolean {
  const shown = toHex(fingerprint)
  return (
    shown !== null && trusted.some((each) => each.host.toLowerCase() === host.toLowerCase() && toHex(each.fingerprint) === shown)
  )
}

/** 32 bytes as Electron, OpenSSL and people write them; null when it is no SHA-256 fingerprint. */
function toHex(fingerprint: string): string | null {
  const base64 = /^sha256\/(.+)$/.exec(fingerprint)?.[1]
  const hex =
    base64 === undefined ? fingerprint.replace(/[:\s]/g, '').toLowerCase() : Buffer.from(base64, 'base64').toString('hex')
  return /^[0-9a-f]{64}$/.test(hex) ? hex : null
}

/** The fingerprint a server shows, for the administrator to compare; nothing is sent to it. null when there is none. */
export function readFingerprint(url: URL, timeoutMs: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect(
      // Looking at a certificate that is refused is the purpose here; the connection ends with the look.
      {
        host: url.hostname.replace(/^\[|\]$/g, ''),
        port: Number(url.port || 443),
        rejectUnauthorized: false,
        timeout: timeoutMs,
      },
      () => {
        const { fingerprint256 } = socket.getPeerCertificate()
        end(fingerprint256 || null)
      },
    )
    const end = (fingerprint: string | null) => {
      socket.destroy()
      resolve(fingerprint)
    }
    socket.once('error', () => end(null))
    socket.once('timeout', () => end(null))
  })
}
