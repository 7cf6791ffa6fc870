import type { KyselyPlugin } from 'kysely'
import { pino } from 'pino'
import { type ControlRig, dialled, openControlRig } from '../call-control/fixture.ts'
import { legOf } from '../calls/fixture.ts'
import type { Message } from '../contract/index.ts'
import { createSupervision, type SupervisionService } from './index.ts'

export interface SupervisionRig {
  readonly rig: ControlRig
  readonly supervision: SupervisionService
  /** Who was logged in to which queue, or out of it. */
  readonly membership: string[]
  readonly told: { message: Message; readers: string[] }[]
  /** False: the disk takes nothing new. */
  canWrite: boolean
  /** `actor action subject details`. */
  audited(): Promise<string[]>
  close(): Promise<void>
}

/** Anna talks with a customer and has another on hold; Galina’s phone is free, and Asterisk has every context. */
export async function openSupervisionRig(): Promise<SupervisionRig> {
  const rig = await openControlRig()
  const { store, clock, telephony, users, calls } = rig
  const membership: string[] = []
  const disk: KyselyPlugin = {
    transformQuery({ node }) {
      if (!opened.canWrite && node.kind === 'InsertQueryNode') throw new Error('no disk')
      return node
    },
    transformResult: async ({ result }) => result,
  }
  const supervision = createSupervision({
    db: store.db.withPlugin(disk),
    clock,
    telephony,
    users,
    cards: calls.cards,
    setQueueMembership: async (user, { number, loggedIn }) => void membership.push(`${user.id} ${number} ${loggedIn}`),
    random: () => 0.5,
    logger: pino({ level: 'silent' }),
  })
  const opened: SupervisionRig = {
    rig,
    supervision,
    membership,
    told: [],
    canWrite: true,
    async audited() {
      const rows = await store.db.selectFrom('audit').select(['actor_id', 'action', 'subject', 'details']).execute()
      return rows.map(({ actor_id, action, subject, details }) => `${actor_id} ${action} ${subject} ${details}`)
    },
    async close() {
      supervision.stop()
      await rig.close()
    },
  }
  await supervision.start()
  supervision.onMessage((message, readers) => opened.told.push({ message, readers: [...readers] }))
  telephony.setEndpoint({ name: '1004', online: true, sinceMs: 0 })
  const extensions = ['spy,listen', 'spy,private', 'spy,whisper', 'spy,barge', 'take-over,s', 'onwards,s']
  for (const each of extensions) telephony.variables.set(`DIALPLAN_EXISTS(callsync-${each},1)`, '1')
  const common = { role: 'operator', active: 1, password_hash: '', created_at_ms: 0, updated_at_ms: 0 } as const
  for (const id of ['anna', 'boris', 'galina'])
    await store.db
      .insertInto('users')
      .values({ ...common, id, name: id, email: `${id}@test`, extension: null, sip_secret: null, queues: null })
      .execute()
  // On the call Anna dialled she waits: the one she talks in is the customer's.
  telephony.setCall({ ...dialled(), legs: [legOf('2.0', '1001', { role: 'caller', state: 'held', answeredAtMs: 1 })] })
  return opened
}
