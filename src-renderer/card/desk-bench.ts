import type { Card } from '../../server/contract/index.ts'
import { ManualClock, settle } from '../platform/manual-clock.ts'
import { createMemoryPlatform, type DiskFault, MemoryDisk } from '../platform/memory.ts'
import { CardDesk } from './card-sync.ts'
import { FakeCardServer, makeCard } from './testing.ts'

/** The only card there is. */
export const cardId = makeCard().id

function uuids(): () => string {
  let n = 0
  return () => `00000000-0000-4000-8000-${String(++n).padStart(12, '0')}`
}

/** For tests: one person's desk of cards over a disk and a server that can fail at any step, and a clock moved by hand. */
export class DeskBench {
  readonly clock = new ManualClock()
  readonly disk = new MemoryDisk()
  readonly server = new FakeCardServer(this.clock)
  readonly #uuid = uuids()
  #armed: DiskFault | null = null
  online = false
  desk: CardDesk

  constructor(fault: DiskFault | null = null) {
    this.disk.fault = fault
    this.desk = this.#boot('u1')
  }

  #boot(userId: string): CardDesk {
    const platform = createMemoryPlatform({ disk: this.disk })
    const desk = new CardDesk({
      store: platform.drafts,
      api: this.server.api,
      userId,
      clock: this.clock,
      serverNowMs: () => this.clock.nowMs(),
      random: () => 0.5,
      uuid: this.#uuid,
    })
    void desk.start()
    return desk
  }

  /** What the live socket would say now. */
  deliver(): void {
    if (!this.online) return
    this.desk.feed(structuredClone(this.server.card))
    this.desk.feedOpen(this.openCards())
  }

  openCards(): Card[] {
    return this.server.card.state === 'saved' ? [] : [structuredClone(this.server.card)]
  }

  async connect(online = true): Promise<void> {
    this.online = online
    if (online) this.desk.feedOpen(this.openCards())
    this.desk.setOnline(online)
    await settle()
  }

  /** The program dies and is started again. */
  async restart(userId = 'u1'): Promise<void> {
    this.desk.stop()
    this.arm(null)
    this.desk = this.#boot(userId)
    await settle()
    await this.connect(this.online)
  }

  arm(fault: DiskFault | null): void {
    this.#armed = fault
    this.disk.fault = fault
  }

  /** An injected crash has gone off: nothing more reaches the disk until the restart. */
  get crashed(): boolean {
    return this.#armed !== null && this.#armed !== 'diskFull' && this.disk.fault === null
  }

  async advance(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1000) {
      await this.clock.advance(Math.min(1000, left))
      const before = this.server.card.version
      this.server.tick()
      if (this.server.card.version !== before) this.deliver()
    }
    await settle()
  }

  get entry() {
    return this.desk.state.entries[cardId]
  }
}

/** Online, with the card open. */
export async function openDesk(): Promise<DeskBench> {
  const bench = new DeskBench()
  await settle()
  await bench.connect()
  return bench
}
