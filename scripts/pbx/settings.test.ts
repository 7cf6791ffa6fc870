import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { freePort } from '../../tests/support/pbx.ts'
import { checkPortsFree, type PbxPorts, pbxSettings } from './settings.ts'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()))
})

async function ports(): Promise<PbxPorts> {
  const [sip, http, ami, rtpStart, trunk] = await Promise.all([freePort(), freePort(), freePort(), freePort(), freePort()])
  return { sip, http, ami, rtpStart, rtpEnd: rtpStart + 99, trunk }
}

async function occupyTcp(port: number): Promise<void> {
  const server: Server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => new Promise((done) => server.close(done)))
}

async function occupyUdp(port: number): Promise<void> {
  const socket = createSocket('udp4')
  socket.bind(port, '127.0.0.1')
  await once(socket, 'listening')
  closers.push(() => new Promise<void>((done) => socket.close(done)))
}

describe('pbxSettings', () => {
  it('has the documented defaults', () => {
    expect(pbxSettings('/project', {})).toEqual({
      home: '/project/.asterisk',
      work: '/project/.asterisk/work',
      bind: '127.0.0.1',
      ports: { sip: 15060, http: 18088, ami: 15038, rtpStart: 20000, rtpEnd: 20999, trunk: 15070 },
    })
  })
  it('works elsewhere than in its home when told to, so that several share one Asterisk', () => {
    const { home, work } = pbxSettings('/project', { CALLSYNC_PBX_HOME: '/asterisk', CALLSYNC_PBX_WORK: 'here' })
    expect({ home, work }).toEqual({ home: '/asterisk', work: '/project/here' })
  })
  it('takes folder and ports from the environment', () => {
    const settings = pbxSettings('/project', {
      CALLSYNC_PBX_HOME: '/var/pbx',
      CALLSYNC_PBX_SIP_PORT: '5060',
      CALLSYNC_PBX_RTP_START: '30000',
    })
    expect(settings.home).toBe('/var/pbx')
    expect(settings.ports).toMatchObject({ sip: 5060, rtpStart: 30000, rtpEnd: 30999 })
  })
  it.each(['x', '0', '65536', '15.5'])('refuses the port %s and names the setting', (port) => {
    expect(() => pbxSettings('/project', { CALLSYNC_PBX_AMI_PORT: port })).toThrow('CALLSYNC_PBX_AMI_PORT')
  })
  it('refuses a media range that is too small', () => {
    expect(() => pbxSettings('/project', { CALLSYNC_PBX_RTP_START: '30000', CALLSYNC_PBX_RTP_END: '30003' })).toThrow(
      'CALLSYNC_PBX_RTP_END',
    )
  })
})

describe('checkPortsFree', () => {
  it('is content with free ports', async () => {
    await expect(checkPortsFree('127.0.0.1', await ports())).resolves.toBeUndefined()
  })
  it.each([
    ['sip', occupyTcp, 'CALLSYNC_PBX_SIP_PORT'],
    ['sip', occupyUdp, 'CALLSYNC_PBX_SIP_PORT'],
    ['http', occupyTcp, 'CALLSYNC_PBX_HTTP_PORT'],
    ['ami', occupyTcp, 'CALLSYNC_PBX_AMI_PORT'],
  ] as const)('names the taken %s port and its setting', async (which, occupy, setting) => {
    const wanted = await ports()
    await occupy(wanted[which])
    const failure = checkPortsFree('127.0.0.1', wanted)
    await expect(failure).rejects.toMatchObject({ code: 'portTaken' })
    await expect(failure).rejects.toThrow(`${wanted[which]}`)
    await expect(failure).rejects.toThrow(setting)
  })
  it('names the media range when nothing in it can be had', async () => {
    const wanted = await ports()
    for (const offset of [0, 2, 4]) await occupyUdp(wanted.rtpStart + offset)
    await expect(checkPortsFree('127.0.0.1', wanted)).rejects.toThrow('CALLSYNC_PBX_RTP_START')
  })
  it('bears with one busy media port', async () => {
    const wanted = await ports()
    await occupyUdp(wanted.rtpStart)
    await expect(checkPortsFree('127.0.0.1', wanted)).resolves.toBeUndefined()
  })
})
