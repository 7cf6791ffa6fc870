import { expect } from 'vitest'
import { ManualClock, settle } from '../../platform/manual-clock.ts'
import type { ExtensionLock } from '../extension-lock.ts'
import { defaultAudio } from '../media/audio-settings.ts'
import type { AudioSettings, GivenUpCall } from '../phone.ts'
import { PhoneController } from '../phone-controller.ts'
import type { FoundDialog } from '../recovery/call-keeper.ts'
import type { RecentCall, SavedCalls } from '../recovery/call-memory.ts'
import { FakeSipLink } from '../sip/fake-sip-link.ts'
import { FakeMedia } from './fake-media.ts'

class FakeLock implements ExtensionLock {
  held = true
  stolen = false
  #listener: (held: boolean) => void = () => undefined

  subscribe(listener: (held: boolean) => void): () => void {
    this.#listener = listener
    return () => undefined
  }

  start(): void {
    this.#listener(this.held)
  }

  give(held: boolean): void {
    this.#listener(held)
  }

  steal(): void {
    this.stolen = true
    this.#listener(true)
  }

  stop(): void {}
}

/** A phone on a link, media, a network and a clock that do as the test says. */
export class PhoneStand {
  link = new FakeSipLink()
  readonly media = new FakeMedia()
  readonly lock = new FakeLock()
  readonly clock = new ManualClock()
  phone: PhoneController
  /** What the page has kept of its calls, and what another one had up a moment ago. */
  memory: SavedCalls | null = null
  recent: RecentCall[] = []
  /** Where the PBX has our calls. */
  found: FoundDialog[] = []
  /** Between a page and the next. */
  givenUp: GivenUpCall | null = null
  /** What the next page would be told, should this one crash. */
  ringing: Omit<GivenUpCall, 'crashed'> | null = null
  rangAtMs = 0
  /** Settings as this page stored them last. */
  stored: AudioSettings | null = null
  /** Another window stores settings. */
  storedElsewhere: (settings: AudioSettings) => void = () => undefined
  online: (online: boolean) => void = () => undefined
  resume: () => void = () => undefined
  changeNetwork: () => void = () => undefined
  /** The page goes. */
  leave: () => void = () => undefined
  #dialled = 0

  constructor() {
    this.phone = this.load()
  }

  /** Another page on the same link; `saved`: what the one before it left of its calls. */
  load(saved: SavedCalls | null = null): PhoneController {
    const { link, media, lock, clock } = this
    this.phone = new PhoneController({
      link,
      media,
      lock,
      clock,
      chance: () => 0.5,
      audio: defaultAudio,
      storeAudio: (settings) => {
        this.stored = settings
      },
      onAudioStored: (listener) => {
        this.storedElsewhere = listener
        return () => {
          this.storedElsewhere = () => undefined
        }
      },
      hints: {
        isOnline: () => true,
        onOnline: (listener) => {
          this.online = listener
          return () => undefined
        },
        onResume: (listener) => {
          this.resume = listener
          return () => undefined
        },
        onNetworkChange: (listener) => {
          this.changeNetwork = listener
          return () => undefined
        },
      },
      memory: {
        save: (calls) => {
          this.memory = calls
        },
        recent: () => this.recent,
      },
      saved,
      givenUp: {
        rings: (call, nowMs) => {
          this.ringing = call
          this.rangAtMs = nowMs
        },
        leave: (call) => {
          this.givenUp = { ...call, crashed: false }
        },
        take: () => this.givenUp,
      },
      findDialogs: async () => this.found,
      newLineId: () => {
        this.#dialled += 1
        return `out-${this.#dialled}`
      },
      onLeave: (listener) => {
        this.leave = listener
        return () => undefined
      },
    })
    return this.phone
  }

  state() {
    return this.phone.store.getState()
  }

  line(id: string) {
    return this.state().lines.find((line) => line.id === id)
  }

  phaseOf(id: string) {
    return this.line(id)?.phase
  }

  /** Of the link, but for its probes. */
  asked(): readonly string[] {
    return this.link.asked.filter((what) => what !== 'probe')
  }

  /** Lines are `out-1`, `out-2` when they are our own. */
  async started(): Promise<void> {
    this.phone.start()
    await settle()
    expect(this.state().link).toBe('registered')
  }

  async talking(id = 'in-1'): Promise<void> {
    await this.started()
    this.link.incoming({ callId: id })
    await this.phone.answer(id)
    expect(this.phaseOf(id)).toBe('active')
  }
}
