// From Asterisk's event on the wire to the card on the operator's screen, with a full shift signed in.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { WebSocket } from 'ws'
import { ensureChromium } from '../scripts/chromium.ts'
import { startServer } from '../scripts/server-process.ts'
import { type ApiClient, type Customer, contractVersion, createApiClient, livePath } from '../server/contract/index.ts'
import { demoPassword } from '../server/demo/index.ts'
import { Carrier } from '../tests/support/carrier.ts'
import { freePort, startTestPbx } from '../tests/support/pbx.ts'
import { chromiumArgs, office, signInWithPhone } from '../tests/support/people.ts'
import { atMost, type Figure, forReference, percentile } from './figure.ts'
import { AmiTap } from './support/ami-tap.ts'

const operators = 50
const calls = 20
const echoesBetweenCalls = 10

/** A card as it appeared: its id, the customer's name on it, and when it was painted. */
interface Pop {
  readonly card: string
  readonly name: string
  readonly atMs: number
}
interface Echo {
  readonly roundTripMs: number
  /** The same, up to the reply's text painted on the page. */
  readonly paintedMs: number
}

// What the page's functions below see; this file is not compiled for the browser.
declare const window: { pops: Pop[] }
interface PageElement {
  readonly dataset: Readonly<Record<string, string | undefined>>
  textContent: string | null
  append(child: PageElement): void
  remove(): void
}
declare const document: {
  readonly body: PageElement
  querySelector(selector: string): PageElement | null
  createElement(name: string): PageElement
}
declare const requestAnimationFrame: (frame: () => void) => void
declare const MutationObserver: new (
  changed: () => void,
) => { observe(target: typeof document, options: Record<string, boolean>): void }
declare const location: { readonly origin: string }

/** Notes every card with its customer's name, two frames after it came into the page: then the first has been shown. */
function watchCards(): void {
  window.pops = []
  const seen = new Set<string>()
  const look = () => {
    const card = document.querySelector('[data-testid=card]')?.dataset['card']
    const name = document.querySelector('[data-testid=customer-name]')?.textContent
    if (card === undefined || !name || seen.has(`${card} ${name}`)) return
    seen.add(`${card} ${name}`)
    requestAnimationFrame(() => requestAnimationFrame(() => window.pops.push({ card, name, atMs: Date.now() })))
  }
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true, attributes: true })
}

/**
 * The floor: the smallest question that goes from this page to the server and back. The page may speak to no other port
 * (its Content-Security-Policy), so a second live socket asks with `ping`.
 */
async function echo({ path, times, version }: { path: string; times: number; version: number }): Promise<Echo[]> {
  const socket = new WebSocket(location.origin.replace('http', 'ws') + path)
  const next = (type: string) =>
    new Promise<void>((done) => {
      socket.onmessage = ({ data }) => {
        if (String(data).startsWith(`{"type":"${type}"`)) done()
      }
    })
  await new Promise((opened) => {
    socket.onopen = opened
  })
  const ready = next('snapshot')
  socket.send(JSON.stringify({ type: 'auth', token: null, contractVersion: version }))
  await ready
  const note = document.createElement('div')
  document.body.append(note)
  const found: Echo[] = []
  for (let id = 1; id <= times; id++) {
    const beganMs = performance.now()
    const answered = next('pong')
    socket.send(JSON.stringify({ type: 'ping', id }))
    await answered
    const roundTripMs = performance.now() - beganMs
    note.textContent = String(id)
    await new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))
    found.push({ roundTripMs, paintedMs: performance.now() - beganMs })
  }
  note.remove()
  socket.close()
  return found
}

async function apiOf(url: string, who: { email: string; password: string }): Promise<{ api: ApiClient; token: string }> {
  let token: string | null = null
  const api = createApiClient({ baseUrl: () => url, token: () => token, fetch })
  token = (await api.signIn({ body: { ...who, host: 'desktop' } })).token
  if (token === null) throw new Error('the server gave no token')
  return { api, token }
}

/** An operator as the server sees one: a session and its live socket. */
async function signInColleague(url: string, admin: ApiClient, number: number): Promise<WebSocket> {
  const email = `operator-${number}@demo.callsync`
  await admin.createUser({
    body: {
      email,
      name: `Оператор ${number}`,
      role: 'operator',
      password: demoPassword,
      extension: `${3000 + number}`,
      sipPassword: null,
    },
  })
  const { token } = await apiOf(url, { email, password: demoPassword })
  const socket = new WebSocket(url.replace('http', 'ws') + livePath)
  await new Promise<void>((done, fail) => {
    socket.once('open', () => socket.send(JSON.stringify({ type: 'auth', token, contractVersion })))
    socket.on('message', (data) => String(data).startsWith('{"type":"snapshot"') && done())
    socket.once('error', fail)
    socket.once('close', (code) => fail(new Error(`the live socket closed with ${code}`)))
  })
  return socket
}

interface Stand {
  readonly carrier: Carrier
  readonly page: Page
  readonly tap: AmiTap
  /** Another operator, who is told that a colleague's phone rings. */
  readonly colleague: WebSocket
}

/** One call to the only phone there is: how long after the event a colleague was told of it, and the card was painted. */
async function ring(
  { carrier, page, tap, colleague }: Stand,
  customer: Customer,
): Promise<{ toldMs: number; paintedMs: number }> {
  const told = new Promise<number>((done) => {
    const read = (data: unknown) => {
      if (!String(data).includes('"status":"ringing"')) return
      done(Date.now())
      colleague.off('message', read)
    }
    colleague.on('message', read)
  })
  const call = await carrier.call({ from: customer.phones[0] ?? '', to: '+74950000701', play: null })
  const found = await page.waitForFunction((name) => window.pops.find((one) => one.name === name), customer.name)
  const pop: Pop | undefined = await found.jsonValue()
  await carrier.hangUp(call)
  await page.getByTestId('ringing').waitFor({ state: 'detached' })
  const eventAtMs = pop && tap.ringingAtMs(pop.card.slice(pop.card.indexOf(':') + 1))
  if (!pop || eventAtMs === null || eventAtMs === undefined) throw new Error('a card came without its event')
  return { toldMs: (await told) - eventAtMs, paintedMs: pop.atMs - eventAtMs }
}

export async function run(): Promise<Figure[]> {
  const executablePath = await ensureChromium()
  const load = loadavg()[0] ?? 0
  const folder = mkdtempSync(join(tmpdir(), 'callsync-screen-pop-'))
  const ending: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })]
  try {
    const pbx = await startTestPbx({ name: 'screen-pop' })
    ending.push(() => pbx.stop())
    const carrier = await Carrier.start({ pbx, name: 'screen-pop-carrier' })
    ending.push(() => carrier.stop())
    const tap = await AmiTap.start({ host: pbx.file.host, port: pbx.file.amiPort })
    ending.push(() => tap.stop())
    const pbxFile = join(folder, 'pbx.json')
    writeFileSync(pbxFile, JSON.stringify({ ...JSON.parse(readFileSync(pbx.filePath, 'utf8')), amiPort: tap.port }), {
      mode: 0o600,
    })
    const server = await startServer({
      env: {
        CALLSYNC_DATA: join(folder, 'data'),
        CALLSYNC_PORT: String(await freePort()),
        CALLSYNC_PBX_FILE: pbxFile,
        CALLSYNC_LOG_LEVEL: 'warn',
      },
      log: 'inherit',
    })
    ending.push(() => server.stop())

    const { api: admin } = await apiOf(server.url, { email: 'admin@demo.callsync', password: demoPassword })
    const colleagues: WebSocket[] = []
    ending.push(() => {
      for (const socket of colleagues) socket.terminate()
    })
    for (let number = 1; number < operators; number++) colleagues.push(await signInColleague(server.url, admin, number))
    const { customers } = await admin.searchCustomers({ query: { limit: 100 } })
    const callers = customers.filter((one) => one.phones.length > 0).slice(0, calls + 1)
    if (callers.length < calls + 1) throw new Error('the demo data has too few customers')

    const browser = await chromium.launch({ executablePath, args: chromiumArgs })
    ending.push(() => browser.close())
    const page = await (await browser.newContext(office)).newPage()
    await signInWithPhone(page, server.url, 'anna')
    await page.evaluate(watchCards)

    const [colleague] = colleagues
    if (!colleague) throw new Error('nobody else is signed in')
    const toldMs: number[] = []
    const popMs: number[] = []
    const echoes: Echo[] = []
    // The first is for everything that is done once: code compiled, fonts loaded.
    for (const [index, customer] of callers.entries()) {
      const pop = await ring({ carrier, page, tap, colleague }, customer)
      const found = await page.evaluate(echo, { path: livePath, times: echoesBetweenCalls, version: contractVersion })
      if (index === 0) continue
      toldMs.push(pop.toldMs)
      popMs.push(pop.paintedMs)
      echoes.push(...found)
    }
    const roundTrips = echoes.map((one) => one.roundTripMs)
    return [
      atMost(
        `screen pop, AMI event to painted card, ${operators} operators, ${calls} calls, p95`,
        percentile(popMs, 95),
        'ms',
        150,
      ),
      forReference('screen pop, p50', percentile(popMs, 50), 'ms'),
      forReference('screen pop, longest', percentile(popMs, 100), 'ms'),
      forReference('of which the server: AMI event to another operator’s live socket, p95', percentile(toldMs, 95), 'ms'),
      forReference(
        'floor: WebSocket echo in the same page (ping on a second live socket), p50',
        percentile(roundTrips, 50),
        'ms',
      ),
      forReference('floor: the same, p95', percentile(roundTrips, 95), 'ms'),
      forReference(
        'floor: echo and its text painted (two frames), p95',
        percentile(
          echoes.map((one) => one.paintedMs),
          95,
        ),
        'ms',
      ),
      forReference('machine’s load before it', load, 'processes'),
    ]
  } finally {
    for (const end of ending.reverse()) await end()
  }
}
