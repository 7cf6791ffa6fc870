import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Pbx } from '../../scripts/pbx/pbx.ts'
import { PbxError } from '../../scripts/pbx/pbx-error.ts'
import { type PbxPorts, udpFree } from '../../scripts/pbx/settings.ts'
import type { PbxFile } from '../../server/telephony/pbx-file.ts'

export const project = resolve(import.meta.dirname, '../..')

export interface TestPbx {
  readonly pbx: Pbx
  readonly file: PbxFile
  /** Path of pbx.json, for CALLSYNC_PBX_FILE. */
  readonly filePath: string
  readonly ports: PbxPorts
  /** Ends Asterisk and deletes its work folder. */
  stop(): Promise<void>
}

/**
 * A real Asterisk with the demo configuration, and with `templates` in the place of its files of the same names, on free ports
 * and in a folder of its own; fetched first if need be.
 */
export function startTestPbx(options: {
  name: string
  templates?: readonly string[]
  log?: (line: string) => void
}): Promise<TestPbx> {
  return startAsterisk({
    ...options,
    templates: [join(project, 'resources/pbx/conf'), ...(options.templates ?? [])],
    sounds: join(project, 'resources/pbx/sounds'),
  })
}

/** As `startTestPbx`, with any configuration. `trunk` is the port of the SIP peer on the trunk; without it a free one. */
export async function startAsterisk(options: {
  name: string
  templates: readonly string[]
  sounds: string
  trunk?: number
  sip?: number
  /** Besides this process's own: a clock of its own. */
  env?: Readonly<Record<string, string>>
  log?: (line: string) => void
}): Promise<TestPbx> {
  const log = options.log ?? (() => undefined)
  const work = mkdtempSync(join(tmpdir(), `callsync-${options.name}-`))
  const home = resolve(project, process.env['CALLSYNC_PBX_HOME'] || '.asterisk')
  for (let attempt = 1; ; attempt++) {
    const ports = await freePorts(options)
    const pbx = new Pbx({
      home,
      work,
      templates: options.templates,
      sounds: options.sounds,
      bind: '127.0.0.1',
      ports,
      systemName: options.name,
      env: { ...process.env, ...options.env },
      log,
    })
    try {
      await pbx.fetch(log)
      const file = await pbx.start()
      const stop = async (): Promise<void> => {
        await pbx.stop()
        if (!process.env['CALLSYNC_KEEP_WORK']) rmSync(work, { recursive: true, force: true })
      }
      return { pbx, file, filePath: pbx.filePath, ports, stop }
    } catch (error) {
      // another test took one of the ports between our look and Asterisk's
      if (error instanceof PbxError && error.code === 'portTaken' && attempt < 3) continue
      rmSync(work, { recursive: true, force: true })
      throw error
    }
  }
}

async function freePorts(wanted: { trunk?: number; sip?: number }): Promise<PbxPorts> {
  const [sip, http, ami, trunk] = await Promise.all([
    wanted.sip ?? freePort(),
    freePort(),
    freePort(),
    wanted.trunk ?? freePort(),
  ])
  // below the range the kernel gives to others; two PBXs in one block skip each other's ports
  const rtpStart = 10_000 + 100 * Math.floor(Math.random() * 48)
  return { sip, http, ami, rtpStart, rtpEnd: rtpStart + 99, trunk }
}

/** A port free for TCP and UDP on 127.0.0.1, not handed out before by this process. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await new Promise<number>((done, fail) => {
      const server = createServer()
      server.once('error', fail)
      server.listen(0, '127.0.0.1', () => {
        const address = server.address()
        server.close(() => (typeof address === 'object' && address ? done(address.port) : fail(new Error('no port'))))
      })
    })
    if (given.has(port) || !(await udpFree('127.0.0.1', port))) continue
    given.add(port)
    return port
  }
}

const given = new Set<number>()
