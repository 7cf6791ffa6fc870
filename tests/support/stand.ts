import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ServerProcess, startServer } from '../../scripts/server-process.ts'
import { type ApiClient, createApiClient } from '../../server/contract/index.ts'
import { demoPassword } from '../../server/demo/index.ts'
import { Carrier } from './carrier.ts'
import { freePort, startTestPbx, type TestPbx } from './pbx.ts'
import { musicOfOneTone, voices } from './tones.ts'

/** The whole product for a test: a real Asterisk with its carrier, and the server on a data folder of its own with the demo people. */
export class Stand {
  readonly pbx: TestPbx
  readonly carrier: Carrier
  readonly dataFolder: string
  readonly url: string
  #server: ServerProcess
  readonly #env: Readonly<Record<string, string>>

  private constructor(parts: {
    pbx: TestPbx
    carrier: Carrier
    dataFolder: string
    env: Record<string, string>
    server: ServerProcess
  }) {
    this.pbx = parts.pbx
    this.carrier = parts.carrier
    this.dataFolder = parts.dataFolder
    this.#env = parts.env
    this.#server = parts.server
    this.url = parts.server.url
  }

  /** `ami`: opens something between the server and Asterisk's manager port, and says on which port of 127.0.0.1. */
  static async start(options: {
    name: string
    env?: Readonly<Record<string, string>>
    ami?: (target: { host: string; port: number }) => Promise<number>
  }): Promise<Stand> {
    const dataFolder = mkdtempSync(join(tmpdir(), `callsync-${options.name}-data-`))
    const pbx = await startTestPbx({ name: options.name, templates: [musicOfOneTone(dataFolder, voices.music)] })
    const carrying = Carrier.start({ pbx, name: `${options.name}-carrier` })
    // Waited for below: one that fails before that is told of there.
    carrying.catch(() => undefined)
    try {
      const between = await options.ami?.({ host: pbx.file.host, port: pbx.file.amiPort })
      const env = {
        CALLSYNC_DATA: dataFolder,
        CALLSYNC_PORT: String(await freePort()),
        CALLSYNC_PBX_FILE: between === undefined ? pbx.filePath : fileWithAmiPort(pbx.filePath, dataFolder, between),
        CALLSYNC_LOG_LEVEL: 'warn',
        // A test counts the calls that it makes.
        CALLSYNC_DEMO_RECORD: 'no',
        ...options.env,
      }
      const serving = startServer({ env, log: 'inherit' })
      const [carrier, server] = await Promise.allSettled([carrying, serving])
      if (server.status === 'rejected') throw server.reason
      if (carrier.status === 'rejected') {
        await server.value.stop()
        throw carrier.reason
      }
      return new Stand({ pbx, carrier: carrier.value, dataFolder, env, server: server.value })
    } catch (error) {
      await carrying.then(
        (carrier) => carrier.stop(),
        () => undefined,
      )
      await pbx.stop()
      rmSync(dataFolder, { recursive: true, force: true })
      throw error
    }
  }

  get serverPid(): number {
    return this.#server.pid
  }

  /** kill -9. */
  async killServer(): Promise<void> {
    await this.#server.kill()
  }

  /** Again on the same data folder and port, after `killServer`. */
  async restartServer(): Promise<void> {
    this.#server = await startServer({ env: this.#env, log: 'inherit' })
  }

  /** A client signed in as one of the demo people, by e-mail name: `galina`. */
  async api(person: string): Promise<ApiClient> {
    let token: string | null = null
    const client = createApiClient({ baseUrl: () => this.url, token: () => token, fetch })
    const session = await client.signIn({ body: { email: `${person}@demo.callsync`, password: demoPassword, host: 'desktop' } })
    token = session.token
    return client
  }

  /** How long wrap-up is after every call that ends from now on. */
  async setWrapUp(wrapUpMs: number): Promise<void> {
    const admin = await this.api('admin')
    const { version, setup } = await admin.cardSetup()
    const forms = setup.forms.map((form) => ({ ...form, wrapUpMs }))
    await admin.saveCardSetup({ body: { baseVersion: version, setup: { ...setup, forms } } })
  }

  async stop(): Promise<void> {
    await this.#server.stop()
    await Promise.all([this.carrier.stop(), this.pbx.stop()])
    rmSync(this.dataFolder, { recursive: true, force: true })
  }
}

function fileWithAmiPort(path: string, folder: string, amiPort: number): string {
  const own = join(folder, 'pbx.json')
  writeFileSync(own, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), host: '127.0.0.1', amiPort }), { mode: 0o600 })
  return own
}
