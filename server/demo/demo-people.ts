import type { Role } from '../contract/index.ts'

/** Everybody's password on a demo server, printed at its start. */
export const demoPassword = 'callsync-demo'

export interface DemoPerson {
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly extension: string
}

export const demoPeople: readonly DemoPerson[] = [
  { email: 'anna@demo.callsync', name: 'Анна Ковалёва', role: 'operator', extension: '1001' },
  { email: 'boris@demo.callsync', name: 'Борис Лебедев', role: 'operator', extension: '1002' },
  { email: 'vera@demo.callsync', name: 'Вера Соколова', role: 'operator', extension: '1003' },
  { email: 'galina@demo.callsync', name: 'Галина Орлова', role: 'supervisor', extension: '1004' },
  { email: 'admin@demo.callsync', name: 'Дмитрий Ильин', role: 'administrator', extension: '1005' },
]

export const demoQueues: readonly { readonly number: string; readonly name: string }[] = [
  { number: '701', name: 'Отдел продаж' },
  { number: '702', name: 'Поддержка' },
]
