import type { Logger } from 'pino'
import type { UserDirectory } from '../accounts/user-directory.ts'
import type { User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Db } from '../store/index.ts'
import type { PbxQueue, PbxQueueMember } from '../telephony/pbx-state.ts'
import type { Disposer, Telephony } from '../telephony/telephony.ts'

export interface QueueMembershipDeps {
  readonly db: Db
  readonly telephony: Telephony
  readonly users: UserDirectory
  readonly queueRights: {
    mayJoin(user: User, queue: string): boolean
    onChange(listener: (userId: string) => void): Disposer
  }
  readonly logger: Logger
}

/**
 * Logging in to queues and out of them. Asterisk forgets the penalty of who leaves, so it is kept here. Who may not be in a
 * queue is taken out of it, by whatever way they got in.
 */
export class QueueMembership {
  readonly #deps: QueueMembershipDeps
  readonly #leaving = new Set<string>()
  #disposers: Disposer[] = []

  constructor(deps: QueueMembershipDeps) {
    this.#deps = deps
  }

  start(): void {
    const { telephony, users, queueRights } = this.#deps
    this.#disposers = [
      telephony.onChange((changes) => {
        for (const change of changes) if (change.kind === 'queue') this.#putOut(change.queue, users.all())
      }),
      queueRights.onChange((userId) => {
        const user = users.byId(userId)
        if (user) for (const queue of telephony.state().queues.values()) this.#putOut(queue, [user])
      }),
    ]
  }

  stop(): void {
    for (const dispose of this.#disposers.splice(0)) dispose()
  }

  async set(user: User, { number, loggedIn }: { number: string; loggedIn: boolean }): Promise<void> {
    const { extension } = user
    if (extension === null) {
      throw new AppError('notConfigured', 'no extension is set for this person', { fields: { extension: 'required' } })
    }
    const { queues } = this.#deps.telephony.state()
    const queue = queues.get(number)
    if (!queue) throw new AppError('notFound', 'Asterisk has no such queue')
    const member = queue.members.get(extension)
    if (loggedIn === (member !== undefined)) return
    if (member) await this.#leave(number, member)
    else if (!this.#deps.queueRights.mayJoin(user, number)) {
      throw new AppError('forbidden', 'this queue is not one of those set for this person')
    } else await this.#enter(number, extension)
  }

  #putOut({ name, members }: PbxQueue, users: readonly User[]): void {
    for (const user of users) {
      const member = user.extension === null ? undefined : members.get(user.extension)
      if (!member || member.fixed || this.#deps.queueRights.mayJoin(user, name)) continue
      const key = `${name} ${member.endpoint}`
      if (this.#leaving.has(key)) continue
      this.#leaving.add(key)
      this.#leave(name, member)
        .catch((error: unknown) => this.#deps.logger.warn({ err: error }, 'An operator could not be taken out of a queue'))
        .finally(() => this.#leaving.delete(key))
    }
  }

  async #leave(queue: string, member: PbxQueueMember): Promise<void> {
    if (member.fixed) throw new AppError('conflict', 'queues.conf makes the extension a member of this queue for good')
    const { db, telephony } = this.#deps
    const { endpoint, penalty } = member
    await db
      .insertInto('queue_penalties')
      .values({ endpoint, queue_number: queue, penalty })
      .onConflict((conflict) => conflict.columns(['endpoint', 'queue_number']).doUpdateSet({ penalty }))
      .execute()
    await telephony.commands.removeMember({ queue, endpoint })
  }

  async #enter(queue: string, endpoint: string): Promise<void> {
    const { db, telephony } = this.#deps
    const kept = await db
      .selectFrom('queue_penalties')
      .select('penalty')
      .where('endpoint', '=', endpoint)
      .where('queue_number', '=', queue)
      .executeTakeFirst()
    const others = [...telephony.state().queues.values()].flatMap((each) => each.members.get(endpoint) ?? [])
    await telephony.commands.addMember({ queue, endpoint, penalty: kept?.penalty ?? 0, name: endpoint })
    // Who is at lunch everywhere else is at lunch here too.
    const pause = others.length > 0 && others.every(({ paused }) => paused) ? others[0] : undefined
    if (pause) {
      await telephony.commands.pauseMember({ endpoint, paused: true, reason: pause.pauseReason || null, queues: [queue] })
    }
  }
}
