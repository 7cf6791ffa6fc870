import { request } from 'node:https'
import { connect, type PeerCertificate } from 'node:tls'

export type VerifyProc = (
  request: { hostname: string; certificate: { fingerprint: string }; errorCode: number },
  callback: (verdict: number) => void,
) => void

/** Chromium's numbers for what OpenSSL found. */
const errorCodes: Readonly<Record<string, number>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: -202,
  SELF_SIGNED_CERT_IN_CHAIN: -202,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: -202,
  ERR_TLS_CERT_ALTNAME_INVALID: -200,
  CERT_HAS_EXPIRED: -201,
}

/** As Electron's net.fetch: a certificate that is not trusted is put before the app's verify procedure, whose word counts. */
export async function fetchJudged(url: string, options: RequestInit, verify: VerifyProc | null): Promise<Response> {
  try {
    return await fetch(url, options)
  } catch (cause) {
    const code = cause instanceof Error && cause.cause instanceof Error && 'code' in cause.cause ? String(cause.cause.code) : ''
    const errorCode = errorCodes[code]
    if (errorCode === undefined || !verify) throw cause
    const target = new URL(url)
    const certificate = await certificateOf(target)
    const fingerprint = `sha256/${Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex').toString('base64')}`
    const verdict = await new Promise<number>((resolve) =>
      verify({ hostname: target.hostname, certificate: { fingerprint }, errorCode }, resolve),
    )
    if (verdict !== 0) throw new Error('net::ERR_CERT_AUTHORITY_INVALID')
    return get(target, certificate.raw)
  }
}

function certificateOf(url: URL): Promise<PeerCertificate> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: url.hostname, port: Number(url.port || 443), rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate())
      socket.destroy()
    })
    socket.once('error', reject)
  })
}

function get(url: URL, certificate: Buffer): Promise<Response> {
  const ca = `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----`
  return new Promise((resolve, reject) => {
    request(url, { ca, checkServerIdentity: () => undefined }, (reply) => {
      const chunks: Buffer[] = []
      reply.on('data', (chunk: Buffer) => chunks.push(chunk))
      reply.on('end', () => resolve(new Response(new Uint8Array(Buffer.concat(chunks)), { status: reply.statusCode ?? 500 })))
    })
      .once('error', reject)
      .end()
  })
}
