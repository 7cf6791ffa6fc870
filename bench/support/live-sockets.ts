import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Arrival, Blink, ReadersOrder } from './live-readers.ts'

/** Everybody's live socket; they live in a process of their own (`live-readers.ts`). */
export class LiveSockets {
  readonly #readers: ChildProcess

  private constructor(readers: ChildProcess) {
    this.#readers = readers
  }

  /** Resolves when each has its first view. */
  static async open(url: string, tokens: readonly string[]): Promise<LiveSockets> {
    const sockets = new LiveSockets(fork(join(import.meta.dirname, 'live-readers.ts')))
    await sockets.#ask({ type: 'open', url, tokens })
    return sockets
  }

  /** `lost`: connections that broke by themselves. */
  async report(): Promise<{ arrivals: readonly Arrival[]; messages: number; lost: number }> {
    return await this.#ask({ type: 'report' })
  }

  /** All of them broken at once; resolves `listenMs` after the last has the whole view again. */
  async blink(awayMs: number, listenMs: number): Promise<Blink> {
    return await this.#ask({ type: 'blink', awayMs, listenMs })
  }

  close(): void {
    this.#readers.kill()
  }

  async #ask<T>(order: ReadersOrder): Promise<T> {
    const answer = once(this.#readers, 'message')
    this.#readers.send(order)
    const [found] = await answer
    return found
  }
}
