import type { Role } from '../../server/contract/index.ts'

/** The people of the demo data, offered on the sign-in screen of a demo server only. */
export const demoPassword = 'callsync-demo'
export const demoPeople: readonly { email: string; name: string; role: Role }[] = [
  { email: 'anna@demo.callsync', name: 'Анна Ковалёва', role: 'operator' },
  { email: 'boris@demo.callsync', name: 'Борис Лебедев', role: 'operator' },
  { email: 'vera@demo.callsync', name: 'Вера Соколова', role: 'operator' },
  { email: 'galina@demo.callsync', name: 'Галина Орлова', role: 'supervisor' },
  { email: 'admin@demo.callsync', name: 'Дмитрий Ильин', role: 'administrator' },
]
