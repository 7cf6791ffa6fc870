import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { installDebianPackage } from '../../../scripts/debian-package.ts'
import { freePort } from '../pbx.ts'

const account = 'office:relay-secret'

export interface TurnServer {
  readonly port: number
  /** The line for the product's setting. */
  readonly iceServer: string
  stop(): Promise<void>
}

const present = () => spawnSync('turnserver', ['--version']).error === undefined

/** coturn on this address, installed first if need be. */
export async function startTurnServer(address: string): Promise<TurnServer> {
  if (!present()) await installDebianPackage('coturn', 'coturn')
  if (!present()) throw new Error('The TURN test needs coturn (Debian: apt-get install coturn).')
  const port = await freePort()
  const options = [
    '-n',
    `--listening-ip=${address}`,
    `--relay-ip=${address}`,
    `--listening-port=${port}`,
    '--min-port=49152',
    '--max-port=49251',
    '--lt-cred-mech',
    '--realm=lab',
    `--user=${account}`,
    '--no-cli',
    '--no-tls',
    '--no-dtls',
    '--log-file=stdout',
    '--pidfile=/dev/null',
  ]
  const child = spawn('turnserver', options, { stdio: 'ignore' })
  const exited = once(child, 'exit')
  const stop = async () => {
    child.kill('SIGKILL')
    await exited
  }
  for (let tries = 0; tries < 100; tries++) {
    if (await reachable(address, port)) return { port, iceServer: `turn:${account}@${address}:${port}?transport=udp`, stop }
    await delay(50)
  }
  await stop()
  throw new Error('coturn does not listen')
}

function reachable(host: string, port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host, port })
    socket.once('connect', () => {
      socket.destroy()
      done(true)
    })
    socket.once('error', () => done(false))
  })
}
