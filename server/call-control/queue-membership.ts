import type { User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Db } from '../store/index.ts'
import type { PbxQueueMember } from '../telephony/pbx-state.ts'
import type { Telephony } from '../telephony/telephony.ts'

/** Logging in to queues and out of them. Asterisk forgets the penalty of who leaves, so it is kept here. */
export class QueueMembership {
  readonly #deps: { db: Db; telephony: Telephony }

  constructor(deps: { db: Db; telephony: Telephony }) {
    this.#deps = deps
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
    else await this.#enter(number, extension)
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
