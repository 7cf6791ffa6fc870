/** The part of asterisk-manager 0.2.0 that `ami-connection.ts` uses; the package brings no types. */
declare module 'asterisk-manager' {
  import type { NetConnectOpts } from 'node:net'

  namespace createManager {
    type Values = Record<string, string | string[] | Record<string, string>>

    interface Manager {
      options: { username: string; password: string; events: boolean }
      /** The first argument goes to `net.createConnection` unchanged, so an options object is as good as a port. */
      connect(target: NetConnectOpts, host?: undefined, callback?: () => void): void
      login(callback: (error?: Values) => void): void
      action(fields: Record<string, unknown>, callback: (error: Values | undefined, reply?: Values) => void): string
      isConnected(): boolean
      on(event: 'rawevent', listener: (message: Values) => void): void
      on(event: 'error', listener: (error: Error) => void): void
      on(event: 'close', listener: () => void): void
      removeAllListeners(event: string): void
    }
  }

  function createManager(port: null, host: null, user: string, secret: string, events: boolean): createManager.Manager
  export = createManager
}
