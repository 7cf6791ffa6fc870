import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import { PbxError } from './pbx-error.ts'

export interface PbxPorts {
  /** UDP and TCP. */
  readonly sip: number
  readonly http: number
  readonly ami: number
  /** Media ports: from, to. */
  readonly rtpStart: number
  readonly rtpEnd: number
  /** Where the outside world's SIP peer listens, on 127.0.0.1. */
  readonly trunk: number
}

export interface PbxSettings {
  /** Holds the unpacked Asterisk in `root`, and the PBX's own files in `work`. */
  readonly home: string
  readonly work: string
  /** Address to listen on; anything but 127.0.0.1 is for a container whose ports are published on 127.0.0.1. */
  readonly bind: string
  readonly ports: PbxPorts
}

/** The demo PBX's folder, address and ports: the defaults and what the environment says. */
export function pbxSettings(project: string, env: NodeJS.ProcessEnv): PbxSettings {
  const port = (name: string, byDefault: number): number => {
    const text = env[name]
    if (!text) return byDefault
    const value = Number(text)
    if (!Number.isInteger(value) || value < 1 || value > 65535)
      throw new PbxError('badSetting', `${name} has to be a port number, not "${text}".`)
    return value
  }
  const home = resolve(project, env['CALLSYNC_PBX_HOME'] || '.asterisk')
  const rtpStart = port('CALLSYNC_PBX_RTP_START', 20000)
  const rtpEnd = port('CALLSYNC_PBX_RTP_END', rtpStart + 999)
  if (rtpEnd < rtpStart + 9)
    throw new PbxError('badSetting', 'CALLSYNC_PBX_RTP_START to CALLSYNC_PBX_RTP_END have to be ten ports or more.')
  return {
    home,
    work: resolve(project, env['CALLSYNC_PBX_WORK'] || resolve(home, 'work')),
    bind: env['CALLSYNC_PBX_BIND'] || '127.0.0.1',
    ports: {
      sip: port('CALLSYNC_PBX_SIP_PORT', 15060),
      http: port('CALLSYNC_PBX_HTTP_PORT', 18088),
      ami: port('CALLSYNC_PBX_AMI_PORT', 15038),
      rtpStart,
      rtpEnd,
      trunk: port('CALLSYNC_PBX_TRUNK_PORT', 15070),
    },
  }
}

/** Asterisk itself would log an error and go on without the port. */
export async function checkPortsFree(bind: string, ports: PbxPorts): Promise<void> {
  const taken = await takenPorts(bind, ports)
  if (taken.length > 0) throw new PbxError('portTaken', `${taken.join('; ')}.`)
}

/** What is in use, and the setting that changes it, one entry a port. */
export async function takenPorts(bind: string, ports: PbxPorts): Promise<string[]> {
  const taken: string[] = []
  const check = async (name: string, port: number, setting: string, free: boolean): Promise<void> => {
    if (!free) taken.push(`${name} port ${port} of the demo PBX is in use (${setting} changes it)`)
  }
  await check('SIP', ports.sip, 'CALLSYNC_PBX_SIP_PORT', (await tcpFree(bind, ports.sip)) && (await udpFree(bind, ports.sip)))
  await check('HTTP', ports.http, 'CALLSYNC_PBX_HTTP_PORT', await tcpFree(bind, ports.http))
  await check('AMI', ports.ami, 'CALLSYNC_PBX_AMI_PORT', await tcpFree(bind, ports.ami))
  // one busy port in the range is skipped by Asterisk, a range in which nothing can be had is not
  const probes = [ports.rtpStart, ports.rtpStart + 2, ports.rtpStart + 4]
  const free = await Promise.all(probes.map((port) => udpFree(bind, port)))
  await check('RTP', ports.rtpStart, 'CALLSYNC_PBX_RTP_START', free.includes(true))
  return taken
}

export function tcpFree(host: string, port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer()
    server.once('error', () => done(false))
    server.listen({ host, port, exclusive: true }, () => server.close(() => done(true)))
  })
}

export function udpFree(host: string, port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = createSocket('udp4')
    socket.once('error', () => {
      socket.close()
      done(false)
    })
    socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => done(true)))
  })
}
