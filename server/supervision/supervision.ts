import type { Message, SpyMode, User } from '../contract/index.ts'

/** How a supervisor hears a call. */
export interface SpyRequest {
  readonly mode: SpyMode
  readonly private: boolean
}

/** What supervisors may do with operators and their calls. Who may is the route's affair; each action is in the audit log. */
export interface Supervision {
  spy(user: User, request: SpyRequest & { operatorId: string }): Promise<void>
  setSpyMode(user: User, request: SpyRequest): Promise<void>
  takeOver(user: User): Promise<void>
  endSpying(user: User): Promise<void>
  pauseOperator(user: User, operatorId: string, request: { paused: boolean; reason: string | null }): Promise<void>
  setOperatorMembership(user: User, operatorId: string, request: { number: string; loggedIn: boolean }): Promise<void>
  endCall(user: User, callId: string): Promise<void>
  moveCaller(user: User, callId: string, queue: string): Promise<void>
  sendMessage(user: User, request: { to: readonly string[] | null; text: string }): Promise<void>
  messages(user: User): Promise<Message[]>
  readMessages(user: User): Promise<void>
  mayListenPrivately(user: User): boolean
  privateListeners(): string[]
  setPrivateListener(user: User, id: string, allowed: boolean): Promise<void>
}
