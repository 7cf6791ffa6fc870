import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from '@playwright/test'
import { ensureChromium } from '../../../scripts/chromium.ts'
import { type ServerProcess, startServer } from '../../../scripts/server-process.ts'
import { type ApiClient, createApiClient } from '../../../server/contract/index.ts'
import { demoPassword } from '../../../server/demo/index.ts'
import { freePort, project, startAsterisk, type TestPbx } from '../pbx.ts'
import { chromiumArgs, expect, office, signInWithPhone } from '../people.ts'
import { Customers } from './customers.ts'
import { Gate } from './gate.ts'
import { LabNetwork, type Seat } from './network.ts'
import { OperatorEar } from './page-ear.ts'
import { stockExtension, writePbxOverlay } from './pbx-overlay.ts'
import { serveStockPhone } from './stock-phone.ts'
import { operatorToneHz } from './tones.ts'
import { writeTone } from './wave-file.ts'

type Operator = 'anna' | 'boris' | 'vera'

/** The way between the operators' computers and PBX and server. */
export interface Way {
  readonly name: string
  /** SIP over wss, by Asterisk's own TLS. */
  readonly secure?: boolean
  /** What it needs in a lab that runs, before anybody signs in. */
  readonly open?: (lab: LinkLab) => Promise<OpenWay>
}

interface OpenWay {
  /** Each computer, before its browser. */
  readonly prepare: (seat: Seat) => unknown
  readonly close?: () => unknown
}

interface Channel {
  /** PJSIP/trunk-0000001a */
  readonly name: string
  /** Empty when it is alone. */
  readonly bridge: string
  readonly uniqueid: string
}

/** A browser on a computer of its own in the lab's network. */
export interface LabBrowser {
  readonly seat: Seat
  readonly browser: Browser
  readonly context: BrowserContext
  readonly ear: OperatorEar
  /** Who has signed in. */
  person: Operator | null
  /** Its phone's page; another one after it was closed and opened. */
  page: Page
}

/**
 * The product on a network that can be broken: the real Asterisk, the server and the renderer as built, operators'
 * browsers each in a network namespace, and customers with an ear. All TCP of the browsers goes through two gates.
 */
export class LinkLab {
  readonly network: LabNetwork
  readonly pbx: TestPbx
  readonly customers: Customers
  /** In front of the PBX's WebSocket. */
  readonly phoneGate: Gate
  /** In front of the server. */
  readonly serverGate: Gate
  readonly #stockGate: Gate
  readonly #server: ServerProcess
  readonly #folder: string
  readonly #ending: (() => unknown)[]
  readonly #socketUrl: string
  readonly #browsers: Browser[] = []
  #ownConnection = false
  #way: OpenWay | null = null

  private constructor(parts: {
    network: LabNetwork
    pbx: TestPbx
    customers: Customers
    phoneGate: Gate
    serverGate: Gate
    stockGate: Gate
    server: ServerProcess
    folder: string
    socketUrl: string
    ending: (() => unknown)[]
  }) {
    this.network = parts.network
    this.pbx = parts.pbx
    this.customers = parts.customers
    this.phoneGate = parts.phoneGate
    this.serverGate = parts.serverGate
    this.#stockGate = parts.stockGate
    this.#server = parts.server
    this.#folder = parts.folder
    this.#socketUrl = parts.socketUrl
    this.#ending = parts.ending
  }

  /** Throws with one line when this machine cannot run a lab. Without a way: a clean network and plain WebSockets. */
  static async start(options: { name: string; way?: Way | undefined }): Promise<LinkLab> {
    const secure = options.way?.secure === true
    const ending: (() => unknown)[] = []
    try {
      const network = LabNetwork.open()
      ending.push(() => network.close())
      const folder = mkdtempSync(join(tmpdir(), `callsync-${options.name}-`))
      ending.push(() => rmSync(folder, { recursive: true, force: true }))
      writeTone(join(folder, 'microphone.wav'), { hz: operatorToneHz, seconds: 1, rate: 48_000 })

      const tlsPort = await freePort()
      const pbx = await startAsterisk({
        name: options.name,
        templates: [join(project, 'resources/pbx/conf'), writePbxOverlay({ folder, address: network.address, tlsPort })],
        sounds: join(project, 'resources/pbx/sounds'),
      })
      ending.push(() => pbx.stop())
      const customers = await Customers.open({ port: pbx.ports.trunk, pbxPort: pbx.ports.sip })
      ending.push(() => customers.close())

      const gate = async (port: number): Promise<Gate> => {
        const opened = await Gate.open({
          address: network.address,
          target: { host: '127.0.0.1', port },
          laneOf: (address) => network.laneOf(address),
        })
        ending.push(() => opened.close())
        return opened
      }
      const phoneGate = await gate(secure ? tlsPort : pbx.ports.http)
      const socketUrl = `${secure ? 'wss' : 'ws'}://${network.address}:${phoneGate.port}/ws`
      const pbxFile = join(folder, 'pbx.json')
      writeFileSync(pbxFile, JSON.stringify({ ...JSON.parse(readFileSync(pbx.filePath, 'utf8')), socketUrl }), { mode: 0o600 })
      const serverPort = await freePort()
      const server = await startServer({
        env: {
          CALLSYNC_DATA: join(folder, 'data'),
          CALLSYNC_PORT: `${serverPort}`,
          CALLSYNC_PBX_FILE: pbxFile,
          CALLSYNC_LOG_LEVEL: 'warn',
        },
        log: 'inherit',
      })
      ending.push(() => server.stop())
      const stock = await serveStockPhone()
      ending.push(() => stock.close())
      const [serverGate, stockGate] = [await gate(serverPort), await gate(stock.port)]
      const lab = new LinkLab({ network, pbx, customers, phoneGate, serverGate, stockGate, server, folder, socketUrl, ending })
      lab.#way = (await options.way?.open?.(lab)) ?? null
      ending.push(() => lab.#way?.close?.())
      return lab
    } catch (error) {
      for (const end of ending.reverse()) await end()
      throw error
    }
  }

  /** The product's address for the browsers. */
  get url(): string {
    return `http://${this.network.address}:${this.serverGate.port}`
  }

  /** A computer, on the lab's way to PBX and server. */
  async addSeat(): Promise<Seat> {
    const seat = this.network.addSeat()
    await this.#way?.prepare(seat)
    return seat
  }

  /** A browser, nobody signed in, on a new computer or on one whose browser was closed. */
  async addBrowser(given?: Seat): Promise<LabBrowser> {
    const seat = given ?? (await this.addSeat())
    const program = join(this.#folder, `chromium-${seat.lane}`)
    const [found] = await Promise.all([ensureChromium(), seat.settled()])
    writeFileSync(program, `#!/bin/sh\nexec ${seat.command.join(' ')} '${found}' "$@"\n`)
    chmodSync(program, 0o755)
    const microphone = join(this.#folder, 'microphone.wav')
    const browser = await chromium.launch({
      executablePath: program,
      args: [
        ...chromiumArgs.filter((flag) => !flag.startsWith('--use-file-for-fake-audio-capture')),
        `--use-file-for-fake-audio-capture=${microphone}`,
        // A microphone is for secure pages; TLS to the server is not what is measured here.
        `--unsafely-treat-insecure-origin-as-secure=${this.url},${this.#stockUrl}`,
        '--ignore-certificate-errors',
      ],
    })
    this.#browsers.push(browser)
    const context = await browser.newContext(office)
    const ear = await OperatorEar.attach(context)
    return { seat, browser, context, ear, person: null, page: await context.newPage() }
  }

  /** An operator at a computer of their own, with a phone that can be called. */
  async addOperator(person: Operator, seat?: Seat): Promise<LabBrowser> {
    const browser = await this.addBrowser(seat)
    await this.signIn(browser, person)
    return browser
  }

  /** Signs in and waits until the phone can be called. */
  async signIn(browser: LabBrowser, person: Operator): Promise<void> {
    const { page, context } = browser
    browser.person = person
    if (!this.#ownConnection) return signInWithPhone(page, this.url, person)
    // The one-click sign-ins are the demo PBX's.
    const reply = await context.request.post(`${this.url}/api/session`, {
      headers: { origin: this.url },
      data: { email: `${person}@demo.callsync`, password: demoPassword },
    })
    expect(reply.status()).toBe(200)
    await page.goto(this.url)
    await expect(page.getByTestId('phone-state')).toHaveAttribute('data-value', 'registered')
  }

  /** A computer with the stock phone, which can be called by `stockNumber`. */
  async addStockPhone(): Promise<LabBrowser> {
    const browser = await this.addBrowser()
    await this.openStockPhone(browser)
    return browser
  }

  async openStockPhone(browser: LabBrowser): Promise<void> {
    const password = this.pbx.file.extensions.find((one) => one.extension === stockExtension)?.sipPassword ?? ''
    const settings = new URLSearchParams({
      socket: this.#socketUrl,
      extension: stockExtension,
      domain: this.pbx.file.sipDomain,
      password,
    })
    await browser.page.goto('about:blank')
    await browser.page.goto(`${this.#stockUrl}/#${settings}`)
    await expect(browser.page.locator('body')).toHaveAttribute('data-phone', 'registered')
  }

  async api(person: string): Promise<ApiClient> {
    let token: string | null = null
    const client = createApiClient({ baseUrl: () => this.#server.url, token: () => token, fetch })
    const session = await client.signIn({ body: { email: `${person}@demo.callsync`, password: demoPassword, host: 'desktop' } })
    token = session.token
    return client
  }

  /** The computer and its way to PBX and server as at the beginning. */
  restore({ seat }: LabBrowser): void {
    seat.restore()
    this.phoneGate.pass(seat.lane)
    this.serverGate.pass(seat.lane)
  }

  /** The same, without a browser: for the next `addBrowser`. */
  async leave(one: LabBrowser): Promise<void> {
    this.restore(one)
    await one.browser.close()
  }

  /** Whatever was broken and whoever still talks: an end to it all, with a PBX that runs. */
  async endAll(browsers: readonly LabBrowser[]): Promise<void> {
    for (const one of browsers) this.restore(one)
    this.customers.expectNone()
    if (this.pbx.pbx.pid === null) await this.pbx.pbx.start()
    await this.pbx.pbx.cli('channel request hangup all')
  }

  /** Asterisk's channels, from its own console. */
  async channels(): Promise<Channel[]> {
    const lines = (await this.pbx.pbx.cli('core show channels concise')).split('\n').filter((line) => line.includes('!'))
    return lines.map((line) => {
      const fields = line.split('!')
      return { name: fields[0] ?? '', bridge: fields.at(-2) ?? '', uniqueid: fields.at(-1) ?? '' }
    })
  }

  /** The product's setting for STUN and TURN. A connection of one's own has SIP passwords of its own, too. */
  async useIceServers(iceServers: string[]): Promise<void> {
    const admin = await this.api('admin')
    const { file } = this.pbx
    await admin.saveConnection({
      body: {
        host: file.host,
        amiPort: file.amiPort,
        amiUser: file.amiUser,
        amiSecret: file.amiSecret,
        socketUrl: this.#socketUrl,
        sipDomain: file.sipDomain,
        iceServers,
      },
    })
    this.#ownConnection = true
    const { users } = await admin.listUsers()
    for (const { id, extension } of users) {
      const sipPassword = file.extensions.find((one) => one.extension === extension)?.sipPassword
      if (sipPassword !== undefined) await admin.updateUser({ params: { id }, body: { sipPassword } })
    }
  }

  async stop(): Promise<void> {
    for (const browser of this.#browsers) await browser.close().catch(() => undefined)
    for (const end of this.#ending.reverse()) await end()
  }

  get #stockUrl(): string {
    return `http://${this.network.address}:${this.#stockGate.port}`
  }
}
