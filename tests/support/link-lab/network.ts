import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'

/** The links of a seat. Two cables, of which the second is plugged in later, and one that loses and delays packets. */
export type LinkName = 'first' | 'second' | 'rough'
const linkNames: readonly LinkName[] = ['first', 'second', 'rough']
/** As a computer calls them; Chromium takes what begins with `tun` for a VPN and does not see it come or go. */
const deviceOf: Record<LinkName, string> = { first: 'eth1', second: 'eth2', rough: 'eth3' }

const swallowUdp = ['ipproto', 'udp', 'blackhole']

const namespaceFolder = '/run/netns'
const namePrefix = 'callsync-lab-'

/** What the link lab needs and this machine does not have; null when all is there. */
export function linkLabLacks(): string | null {
  if (process.platform !== 'linux') return 'The link lab needs Linux: network namespaces.'
  if (process.getuid?.() !== 0) return 'The link lab needs root: it makes network namespaces of its own.'
  if (spawnSync('ip', ['-V']).status !== 0) return 'The link lab needs iproute2 (Debian: apt-get install iproute2).'
  if (spawnSync('perl', ['-v']).status !== 0) return 'The link lab needs perl (Debian: apt-get install perl-base).'
  if (!existsSync('/dev/net/tun')) return 'The link lab needs /dev/net/tun.'
  const probe = `${namePrefix}${process.pid}-probe`
  const made = spawnSync('ip', ['netns', 'add', probe], { encoding: 'utf8' })
  if (made.status !== 0) return `The link lab cannot make a network namespace here: ${made.stderr.trim()}`
  ip('netns', 'del', probe)
  return null
}

/**
 * The office network in miniature: a namespace a seat, each with links to one router's namespace, and the router's way to
 * this machine, where PBX and server listen on `address`. Nothing of the machine's own network is changed but for one
 * interface and its route, which go with the namespaces.
 *
 *     seat (eth1, eth2, eth3) ── router ── core (this machine, 10.N.0.1)
 */
export class LabNetwork {
  readonly #name: string
  readonly #net: string
  readonly #seats: Seat[] = []
  readonly #onExit = () => this.close()

  private constructor(name: string, net: string) {
    this.#name = name
    this.#net = net
  }

  /** Throws with what is missing. */
  static open(): LabNetwork {
    const lacks = linkLabLacks()
    if (lacks !== null) throw new Error(lacks)
    removeLeftovers()
    for (const net of freeNets()) {
      const network = LabNetwork.#claim(net)
      if (network) return network
    }
    throw new Error('no free network for the link lab')
  }

  /** null: another lab was faster. */
  static #claim(net: string): LabNetwork | null {
    const network = new LabNetwork(`${namePrefix}${process.pid}-${nextLab++}`, net)
    process.on('exit', network.#onExit)
    try {
      const router = network.#routerName
      ip('netns', 'add', router)
      const core = network.#coreDevice
      const made = spawnSync('ip', ['link', 'add', core, 'type', 'veth', 'peer', 'name', 'core', 'netns', router])
      if (made.status !== 0) {
        network.close()
        if (existsSync(`/sys/class/net/${core}`)) return null
        throw new Error(`the link lab’s interface cannot be made: ${made.stderr}`)
      }
      ip('addr', 'add', `${network.address}/24`, 'dev', core)
      ip('link', 'set', core, 'up')
      inside(router, 'ip', 'link', 'set', 'lo', 'up')
      inside(router, 'ip', 'addr', 'add', `${network.#net}.0.2/24`, 'dev', 'core')
      inside(router, 'ip', 'link', 'set', 'core', 'up')
      inside(router, 'sysctl', '-qw', 'net.ipv4.ip_forward=1')
      ip('route', 'add', `${network.#net}.0.0/16`, 'via', `${network.#net}.0.2`)
      return network
    } catch (error) {
      network.close()
      throw error
    }
  }

  /** Where PBX and server are for the seats. */
  get address(): string {
    return `${this.#net}.0.1`
  }

  /** A computer with its first link up. */
  addSeat(): Seat {
    const number = this.#seats.length + 1
    if (number > 20) throw new Error('a lab has twenty seats at most')
    const seat = new Seat({
      number,
      namespace: `${this.#name}-seat${number}`,
      router: this.#routerName,
      net: (link) => `${this.#net}.${number * 10 + linkNames.indexOf(link)}`,
    })
    this.#seats.push(seat)
    seat.open()
    return seat
  }

  /** The seat an address belongs to: the lane of its traffic at a gate. */
  laneOf(address: string): string {
    return `${Math.floor(Number(address.split('.')[2] ?? 0) / 10)}`
  }

  /** Ends what runs in the namespaces and deletes them. Synchronous: it also runs when the process ends by an error. */
  close(): void {
    process.off('exit', this.#onExit)
    for (const seat of this.#seats) seat.close()
    removeNamespaces((name) => name.startsWith(`${this.#name}-`))
  }

  get #routerName(): string {
    return `${this.#name}-router`
  }

  get #coreDevice(): string {
    return `cslab${this.#net.slice(3)}`
  }
}

interface SeatDeps {
  readonly number: number
  readonly namespace: string
  readonly router: string
  /** First three parts of a link's addresses. */
  readonly net: (link: LinkName) => string
}

/** An operator's computer as the network sees it. */
export class Seat {
  readonly #deps: SeatDeps
  #rough: ChildProcess | null = null
  /** The link at the beginning. */
  #home: 'first' | 'rough' = 'first'
  /** The only port that UDP gets through to. */
  #relayPort: number | null = null
  readonly #host: Record<LinkName, number> = { first: 2, second: 2, rough: 2 }

  constructor(deps: SeatDeps) {
    this.#deps = deps
  }

  /** Its lane at the gates. */
  get lane(): string {
    return `${this.#deps.number}`
  }

  /** Command line that runs a program on this computer. */
  get command(): readonly string[] {
    return ['ip', 'netns', 'exec', this.#deps.namespace]
  }

  open(): void {
    const { namespace } = this.#deps
    ip('netns', 'add', namespace)
    this.#ip('link', 'set', 'lo', 'up')
    this.#plug('first')
    this.#up('first')
  }

  /** A link's IPv6 address is in use 1 to 2 s after it came up: another change of network for a browser that is there by then. */
  async settled(): Promise<void> {
    while (this.#ip('-o', '-6', 'addr', 'show', 'tentative') !== '') await delay(50)
  }

  close(): void {
    this.#rough?.kill('SIGKILL')
    this.#rough = null
  }

  /** The second link is plugged in beside the first, and known; the first stays the way out. */
  plugSecond(): void {
    this.#plug('second')
    this.#up('second')
  }

  /** From one link to another, which is up already, or comes up now. */
  switchTo(link: LinkName): void {
    const known = this.#ip('-o', 'link').includes(` ${deviceOf[link]}`)
    for (const other of linkNames) if (other !== link && this.#has(other)) this.#ip('link', 'set', deviceOf[other], 'down')
    if (!known) this.#plug(link)
    this.#up(link)
  }

  /** Another address on the link in use. */
  readdress(link: LinkName): void {
    const { net } = this.#deps
    const before = this.#host[link]
    this.#host[link] = before + 1
    // The last address takes its routes with it, so the new one has to be there first.
    this.#ip('addr', 'del', `${net(link)}.${before}/24`, 'dev', deviceOf[link])
    this.#up(link)
  }

  /** No network at all, until `connect`. */
  disconnect(): void {
    for (const link of linkNames) if (this.#has(link)) this.#ip('link', 'set', deviceOf[link], 'down')
  }

  connect(link: LinkName = 'first'): void {
    this.#up(link)
  }

  /** From now on no UDP gets further than to this port: that of a relay. */
  relayOnly(port: number): void {
    this.#relayPort = port
    this.healUdp()
  }

  /** The router swallows this seat's UDP in both directions. */
  cutUdp(): void {
    this.#passAllUdp()
    for (const { way, net } of this.#ways()) this.#atRouter('ip', 'rule', 'add', 'pref', '200', way, net, ...swallowUdp)
  }

  healUdp(): void {
    const port = this.#relayPort
    if (port === null) {
      this.#passAllUdp()
      return
    }
    this.cutUdp()
    for (const { way, net, far } of this.#ways()) {
      const rule = ['pref', '100', way, net, 'ipproto', 'udp', far, `${port}`, 'lookup', 'main']
      this.#atRouter('ip', 'rule', 'add', ...rule)
    }
  }

  #passAllUdp(): void {
    for (const { way, net } of this.#ways()) {
      for (const pref of ['100', '200']) {
        const rule = ['netns', 'exec', this.#deps.router, 'ip', 'rule', 'del', 'pref', pref, way, net]
        while (spawnSync('ip', rule).status === 0);
      }
    }
  }

  /** Of each link there and back, for the router's rules; `far`: which port is the other side's. */
  #ways(): { way: 'from' | 'to'; net: string; far: 'dport' | 'sport' }[] {
    return linkNames.flatMap((link) => {
      const net = `${this.#deps.net(link)}.0/24`
      return [
        { way: 'from' as const, net, far: 'dport' as const },
        { way: 'to' as const, net, far: 'sport' as const },
      ]
    })
  }

  /** On to the link that loses and delays packets, both ways alike, and from now on at home there. */
  async useRough(quality: { lossPercent: number; delayMs: number; jitterMs: number }): Promise<void> {
    if (!this.#rough) await this.#plugRough()
    this.#rough?.stdin?.write(`${quality.lossPercent} ${quality.delayMs} ${quality.jitterMs}\n`)
    this.#home = 'rough'
    this.switchTo('rough')
  }

  /** Every process on this computer: stopped, as a suspended computer is, or running again. */
  freeze(): void {
    this.#signal('SIGSTOP')
  }

  wake(): void {
    this.#signal('SIGCONT')
  }

  /** Back to the one link of the beginning. */
  restore(): void {
    this.wake()
    this.healUdp()
    if (this.#has('second')) this.#ip('link', 'del', deviceOf.second)
    this.#host.second = 2
    const away = this.#home === 'first' ? 'rough' : 'first'
    if (this.#has(away)) this.#ip('link', 'set', deviceOf[away], 'down')
    this.#up(this.#home)
  }

  #plug(link: 'first' | 'second' | 'rough'): void {
    if (link === 'rough') throw new Error('the rough link is plugged in by useRough')
    const { namespace, router, net } = this.#deps
    const far = this.#farEnd(link)
    ip('-n', router, 'link', 'add', far, 'type', 'veth', 'peer', 'name', deviceOf[link], 'netns', namespace)
    this.#atRouter('ip', 'addr', 'add', `${net(link)}.1/24`, 'dev', far)
    this.#atRouter('ip', 'link', 'set', far, 'up')
  }

  /** perl shuttles the packets of the rough link: not every kernel has sch_netem, every one has TUN. */
  async #plugRough(): Promise<void> {
    const { namespace, router, net } = this.#deps
    const far = this.#farEnd('rough')
    const script = join(import.meta.dirname, 'rough-link.pl')
    const child = spawn('ip', ['netns', 'exec', router, 'perl', script, far, deviceOf.rough], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#rough = child
    await new Promise<void>((done, fail) => {
      createInterface({ input: child.stdout }).once('line', () => done())
      child.once('exit', (code) => fail(new Error(`the rough link ended with ${code}`)))
    })
    ip('-n', router, 'link', 'set', deviceOf.rough, 'netns', namespace)
    this.#atRouter('ip', 'addr', 'add', `${net('rough')}.1/24`, 'dev', far)
    this.#atRouter('ip', 'link', 'set', far, 'up')
  }

  #up(link: LinkName): void {
    const { net } = this.#deps
    const device = deviceOf[link]
    this.#ip('addr', 'replace', `${net(link)}.${this.#host[link]}/24`, 'dev', device)
    this.#ip('link', 'set', device, 'up')
    const metric = `${100 + linkNames.indexOf(link)}`
    this.#ip('route', 'replace', 'default', 'via', `${net(link)}.1`, 'dev', device, 'metric', metric)
  }

  #has(link: LinkName): boolean {
    return this.#ip('-o', 'link').includes(` ${deviceOf[link]}`)
  }

  #farEnd(link: LinkName): string {
    return `s${this.#deps.number}${deviceOf[link]}`
  }

  #ip(...args: string[]): string {
    return ip('-n', this.#deps.namespace, ...args)
  }

  #atRouter(...command: string[]): void {
    inside(this.#deps.router, ...command)
  }

  #signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    for (const pid of pidsIn(this.#deps.namespace)) kill(pid, signal)
  }
}

let nextLab = 1

function ip(...args: string[]): string {
  return execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

function inside(namespace: string, ...command: string[]): void {
  ip('netns', 'exec', namespace, ...command)
}

function pidsIn(namespace: string): number[] {
  const { stdout } = spawnSync('ip', ['netns', 'pids', namespace], { encoding: 'utf8' })
  return (stdout ?? '').split('\n').filter(Boolean).map(Number)
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // ended in the meantime
  }
}

/** 10.64 to 10.127, the first that nobody has. */
function freeNets(): string[] {
  const taken = Object.values(networkInterfaces()).flatMap((entries) => (entries ?? []).map(({ address }) => address))
  const nets = Array.from({ length: 64 }, (_, index) => `10.${64 + index}`)
  return nets.filter((net) => !taken.some((address) => address.startsWith(`${net}.`)))
}

/** Namespaces of a lab whose process was killed. */
function removeLeftovers(): void {
  removeNamespaces((name) => {
    const pid = new RegExp(`^${namePrefix}(\\d+)-`).exec(name)?.[1]
    return pid !== undefined && !existsSync(`/proc/${pid}`)
  })
}

function removeNamespaces(wanted: (name: string) => boolean): void {
  if (!existsSync(namespaceFolder)) return
  for (const name of readdirSync(namespaceFolder).filter(wanted)) {
    for (const pid of pidsIn(name)) kill(pid, 'SIGKILL')
    spawnSync('ip', ['netns', 'del', name])
  }
}
