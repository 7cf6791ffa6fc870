import { openSecretBox, Sessions, Users } from '../../server/accounts/index.ts'
import { systemClock as clock } from '../../server/clock.ts'
import { type ApiClient, createApiClient } from '../../server/contract/index.ts'
import { ConnectionSettings } from '../../server/settings/index.ts'
import { Store } from '../../server/store/index.ts'
import type { BusyFloor } from './busy-floor.ts'

export interface Floor {
  /** Session tokens by extension: operators and supervisors. */
  readonly tokens: ReadonlyMap<string, string>
  readonly adminToken: string
}

/** Everybody of the floor in a new data folder, each with a session, and the connection to its Asterisk. */
export async function peopleOf(options: {
  dataDir: string
  floor: BusyFloor
  amiPort: number
  amiSecret: string
}): Promise<Floor> {
  const { dataDir, floor } = options
  const store = new Store({ dataDir, clock })
  await store.start()
  try {
    const { db } = store
    const box = await openSecretBox({ db, dataDir, secretKey: null, nowMs: clock.nowMs() })
    const sessions = new Sessions({ db, clock })
    const users = new Users({ store, clock, box, sessions })
    await users.start()
    const add = async (role: 'operator' | 'supervisor' | 'administrator', name: string, extension: string | null) => {
      const email = `${name}@bench.callsync`
      const user = await users.create({ email, name, role, password: 'bench-password', extension, sipPassword: null })
      return await sessions.create(user.id)
    }
    const tokens = new Map<string, string>()
    for (const phone of floor.members.keys()) tokens.set(phone, await add('operator', `operator-${phone}`, phone))
    for (const phone of floor.supervisors) tokens.set(phone, await add('supervisor', `supervisor-${phone}`, phone))
    const adminToken = await add('administrator', 'admin', null)
    const connection = new ConnectionSettings({ db, clock, box, demo: null })
    await connection.start()
    await connection.save({
      host: '127.0.0.1',
      amiPort: options.amiPort,
      amiUser: 'bench',
      amiSecret: options.amiSecret,
      socketUrl: 'ws://127.0.0.1:1/ws',
      sipDomain: '',
      iceServers: [],
    })
    return { tokens, adminToken }
  } finally {
    await store.stop()
  }
}

const apiOf = (url: string, token: string): ApiClient => createApiClient({ baseUrl: () => url, token: () => token, fetch })

export async function setWrapUp(url: string, { adminToken }: Floor, wrapUpMs: number): Promise<void> {
  const admin = apiOf(url, adminToken)
  const { version, setup } = await admin.cardSetup()
  const forms = setup.forms.map((form) => ({ ...form, wrapUpMs }))
  await admin.saveCardSetup({ body: { baseVersion: version, setup: { ...setup, forms } } })
}
