/** The contexts of resources/pbx/conf/callsync.conf that calls are sent to, each with an extension it has. */
const probes = {
  'callsync-headers': 's',
  'callsync-conference': '100',
  'callsync-announce': 's',
  'callsync-announce-into': 's',
  'callsync-announce-end': 's',
  'callsync-leave': 's',
  'callsync-transfer': '100',
  'callsync-wait': '1001',
  'callsync-back': '1001',
  'callsync-onwards': 's',
  'callsync-survey': 's',
  'callsync-spy': 'listen',
  'callsync-take-over': 's',
} as const

export type CallSyncContext = keyof typeof probes

const isContext = (name: string): name is CallSyncContext => name in probes
export const callSyncContexts: readonly CallSyncContext[] = Object.keys(probes).filter(isContext)

/** Which of these a PBX's dialplan has not (with `exten`: not for it); `variable` asks it for the value of a function. */
export async function lackingContexts(
  variable: (name: string) => Promise<string>,
  contexts: readonly CallSyncContext[] = callSyncContexts,
  exten?: string,
): Promise<CallSyncContext[]> {
  const lacking: CallSyncContext[] = []
  for (const context of contexts) {
    const value = await variable(`DIALPLAN_EXISTS(${context},${exten ?? probes[context]},1)`)
    if (value !== '1') lacking.push(context)
  }
  return lacking
}
